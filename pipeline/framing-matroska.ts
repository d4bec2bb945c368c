// Cropping, rotation and Dolby Vision records of Matroska's video tracks.

import { type Crop, type Framing, readDolby } from './framing.js';
import { toOrientation } from './orientation.js';

/** How much of a file's start holds the description of its tracks, if anything does. */
export const MATROSKA_HEAD_BYTES = 1024 ** 2;

/** One for each video track, in the file's order, as far as they lie in `head`. */
export function readMatroskaFraming(head: Buffer): Framing[] {
  const tracks = listElements(head)
    .filter(({ id }) => id === SEGMENT)
    .flatMap(({ content }) => listElements(content))
    .find(({ id }) => id === TRACKS);
  return (tracks ? listElements(tracks.content) : [])
    .filter(({ id }) => id === TRACK_ENTRY)
    .map(({ content }) => listElements(content))
    .filter((entry) => toNumber(find(entry, TRACK_TYPE)) === VIDEO_TYPE)
    .map(readEntry);
}

const [SEGMENT, TRACKS, TRACK_ENTRY, TRACK_TYPE, VIDEO] = [
  0x18538067, 0x1654ae6b, 0xae, 0x83, 0xe0,
];
const [PIXEL_WIDTH, PIXEL_HEIGHT, DISPLAY_WIDTH] = [0xb0, 0xba, 0x54b0];
const [CROP_BOTTOM, CROP_TOP, CROP_LEFT, CROP_RIGHT] = [0x54aa, 0x54bb, 0x54cc, 0x54dd];
const [PROJECTION, PROJECTION_TYPE, YAW, PITCH, ROLL] = [0x7670, 0x7671, 0x7673, 0x7674, 0x7675];
const [ADDITION, ADDITION_TYPE, ADDITION_DATA] = [0x41e4, 0x41e7, 0x41ed];
const VIDEO_TYPE = 1;
const DOLBY_TYPES = ['dvcC', 'dvvC', 'dvwC'].map((name) => Buffer.from(name).readUInt32BE(0));

interface Element {
  readonly id: number;
  readonly content: Buffer;
}

function readEntry(entry: readonly Element[]): Framing {
  const video = listElements(find(entry, VIDEO));
  const dolby = entry
    .filter(({ id }) => id === ADDITION)
    .map(({ content }) => listElements(content))
    .find((addition) => DOLBY_TYPES.includes(toNumber(find(addition, ADDITION_TYPE))));
  return {
    crop: readCrop(video),
    orientation: readProjection(listElements(find(video, PROJECTION))),
    shapesCrop: find(video, DISPLAY_WIDTH).length > 0,
    dolby: dolby ? readDolby(find(dolby, ADDITION_DATA)) : null,
  };
}

function readCrop(video: readonly Element[]): Crop | null {
  const of = (id: number) => toNumber(find(video, id));
  const [left, top] = [of(CROP_LEFT), of(CROP_TOP)];
  const width = of(PIXEL_WIDTH) - left - of(CROP_RIGHT);
  const height = of(PIXEL_HEIGHT) - top - of(CROP_BOTTOM);
  return { left, top, width, height };
}

/** A flat picture that was rolled (counter-clockwise), or seen from behind; null for any other. */
function readProjection(projection: readonly Element[]): Framing['orientation'] {
  const of = (id: number) => toFloat(find(projection, id));
  const [yaw, pitch, roll] = [of(YAW), of(PITCH), of(ROLL)];
  const isFlat = toNumber(find(projection, PROJECTION_TYPE)) === 0 && pitch === 0;
  const isBehind = Math.abs(yaw) === 180;
  if (!isFlat || (yaw !== 0 && !isBehind) || !Number.isFinite(roll)) return null;
  if (yaw === 0 && roll === 0) return null;
  const [sin, cos] = [Math.sin((roll * Math.PI) / 180), Math.cos((roll * Math.PI) / 180)];
  return isBehind ? toOrientation(-cos, sin, sin, cos) : toOrientation(cos, -sin, sin, cos);
}

const NOTHING = Buffer.alloc(0);

const find = (elements: readonly Element[], wanted: number): Buffer =>
  elements.find(({ id }) => id === wanted)?.content ?? NOTHING;

const toNumber = (bytes: Buffer): number =>
  bytes.length > 0 && bytes.length <= 6 ? bytes.readUIntBE(0, bytes.length) : 0;

function toFloat(bytes: Buffer): number {
  if (bytes.length === 4) return bytes.readFloatBE(0);
  return bytes.length === 8 ? bytes.readDoubleBE(0) : 0;
}

const MOST_ELEMENTS = 4096;

/** Children of an element (RFC 8794); the last one is cut off where the buffer ends before it does. */
function listElements(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length && elements.length < MOST_ELEMENTS; ) {
    const idLength = Math.clz32(bytes.readUInt8(at)) - 23;
    const sizeAt = at + idLength;
    if (idLength > 4 || sizeAt >= bytes.length) break;
    const sizeLength = Math.clz32(bytes.readUInt8(sizeAt)) - 23;
    const start = sizeAt + sizeLength;
    if (sizeLength > 8 || start > bytes.length) break;
    const end = start + readSize(bytes.subarray(sizeAt, start), bytes.length);
    elements.push({
      id: bytes.readUIntBE(at, idLength),
      content: bytes.subarray(start, Math.min(end, bytes.length)),
    });
    at = end;
  }
  return elements;
}

/** All ones stand for a size that is not known: up to the end. */
function readSize(bytes: Buffer, unknown: number): number {
  const value = bytes.reduce(
    (sum, byte, index) => sum * 256 + (index === 0 ? byte & (0xff >> bytes.length) : byte),
    0,
  );
  return value >= 2 ** (7 * bytes.length) - 1 ? unknown : value;
}
