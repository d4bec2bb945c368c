// What a track's samples are: the entries of stsd.

import { type Box, Fields, findBox, listBoxes } from './boxes-tree.js';

export interface SampleEntry {
  /** `avc1`, `hvc1`, `mp4a`, … */
  readonly type: string;
  /** Coded size; 0 for sound. */
  readonly width: number;
  readonly height: number;
  /** 0 for pictures. */
  readonly channels: number;
  readonly sampleRate: number;
  /** Decoder configuration records, whole, without their box headers. */
  readonly avcC: Buffer | null;
  readonly hvcC: Buffer | null;
  readonly esds: Buffer | null;
  readonly pixelAspect: { readonly horizontal: number; readonly vertical: number } | null;
  readonly colour: ColourCode | null;
}

/** ISO/IEC 23001-8 code points, from `colr` of type `nclx`. */
export interface ColourCode {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly isFullRange: boolean;
}

/** @throws BoxError */
export function readSampleEntries(bytes: Buffer, stsd: Box, handler: string): SampleEntry[] {
  const fields = new Fields(bytes, stsd);
  fields.skip(8);
  return listBoxes(bytes, stsd.end - fields.left, stsd.end).map((box) =>
    readSampleEntry(bytes, box, handler),
  );
}

const NO_ENTRY = {
  ...{ width: 0, height: 0, channels: 0, sampleRate: 0 },
  ...{ avcC: null, hvcC: null, esds: null, pixelAspect: null, colour: null },
};

function readSampleEntry(bytes: Buffer, box: Box, handler: string): SampleEntry {
  const fields = new Fields(bytes, box);
  if (handler === 'vide') return readPicture(bytes, box, fields);
  if (handler === 'soun') return readSound(bytes, box, fields);
  return { ...NO_ENTRY, type: box.type };
}

function readPicture(bytes: Buffer, box: Box, fields: Fields): SampleEntry {
  const width = fields.skip(24).u16();
  const height = fields.u16();
  fields.skip(50);
  const children = childrenOf(bytes, box, fields);
  const content = (type: string) => contentOf(bytes, children, type);
  return {
    ...NO_ENTRY,
    ...{ type: box.type, width, height },
    avcC: content('avcC'),
    hvcC: content('hvcC'),
    pixelAspect: readPixelAspect(bytes, findBox(children, 'pasp')),
    colour: readColour(bytes, children),
  };
}

/** QuickTime's versions 1 and 2 of a sound entry carry more fields before the children. */
const EXTRA_SOUND_BYTES: Readonly<Record<number, number>> = { 1: 16, 2: 36 };

function readSound(bytes: Buffer, box: Box, fields: Fields): SampleEntry {
  const version = fields.skip(8).u16();
  const channels = fields.skip(6).u16();
  const sampleRate = fields.skip(6).u32() / 0x10000;
  fields.skip(EXTRA_SOUND_BYTES[version] ?? 0);
  const children = childrenOf(bytes, box, fields);
  const esds = contentOf(bytes, children, 'esds');
  return { ...NO_ENTRY, type: box.type, channels, sampleRate, esds: esds?.subarray(4) ?? null };
}

const childrenOf = (bytes: Buffer, box: Box, { left }: Fields): Box[] =>
  listBoxes(bytes, box.end - left, box.end);

function contentOf(bytes: Buffer, boxes: readonly Box[], type: string): Buffer | null {
  const box = findBox(boxes, type);
  return box ? bytes.subarray(box.start, box.end) : null;
}

function readPixelAspect(bytes: Buffer, box: Box | undefined): SampleEntry['pixelAspect'] {
  if (!box) return null;
  const fields = new Fields(bytes, box);
  return { horizontal: fields.u32(), vertical: fields.u32() };
}

function readColour(bytes: Buffer, boxes: readonly Box[]): ColourCode | null {
  for (const box of boxes.filter(({ type }) => type === 'colr')) {
    const fields = new Fields(bytes, box);
    if (fields.text(4) !== 'nclx') continue;
    const [primaries, transfer, matrix] = [fields.u16(), fields.u16(), fields.u16()];
    return { primaries, transfer, matrix, isFullRange: fields.u8() >= 0x80 };
  }
  return null;
}
