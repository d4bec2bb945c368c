// AAC frames → a single-file CMAF track, cut at the first frame at or after each segment's start.

import { FRAME_SAMPLES, SAMPLE_RATE } from './sound.js';

const SEGMENT_SECONDS = 4;

/** Splits an ADTS stream into its raw frames. @throws Error where the stream is not whole */
export function readAdts(adts: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < adts.length; ) {
    if (at + 7 > adts.length || (adts.readUInt16BE(at) & 0xfff6) !== 0xfff0) {
      throw new Error(`No AAC frame at byte ${at}`);
    }
    const header = (adts.readUInt8(at + 1) & 1) === 1 ? 7 : 9;
    const size = (adts.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
    if (size < header || at + size > adts.length)
      throw new Error(`A broken AAC frame at byte ${at}`);
    frames.push(adts.subarray(at + header, at + size));
    at += size;
  }
  return frames;
}

/** The whole file: header, then one fragment per segment of 4 s. */
export function packSound(frames: readonly Buffer[]): Buffer {
  const parts = [fileHeader()];
  let first = 0;
  for (let segment = 1; first < frames.length; segment++) {
    const boundary = Math.ceil((segment * SEGMENT_SECONDS * SAMPLE_RATE) / FRAME_SAMPLES);
    parts.push(fragment(segment, first, frames.slice(first, boundary)));
    first = boundary;
  }
  return Buffer.concat(parts);
}

const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
};
const fullBox = (type: string, version: number, flags: number, ...content: Buffer[]): Buffer =>
  box(type, u32(version * 2 ** 24 + flags), ...content);
const u16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, index * 2);
  });
  return bytes;
};
const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, index * 4);
  });
  return bytes;
};
const text = (value: string) => Buffer.from(value, 'latin1');

const MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
/** `und`, as ISO 639-2/T packs it. */
const LANGUAGE = 0x55c4;
const TRACK = 1;

function fileHeader(): Buffer {
  const mvhd = fullBox(
    'mvhd',
    0,
    0,
    u32(0, 0, 1000, 0, 0x10000),
    u16(0x0100, 0),
    u32(0, 0),
    MATRIX,
    u32(0, 0, 0, 0, 0, 0, TRACK + 1),
  );
  const tkhd = fullBox(
    'tkhd',
    0,
    3,
    u32(0, 0, TRACK, 0, 0, 0, 0),
    u16(0, 1, 0x0100, 0),
    MATRIX,
    u32(0, 0),
  );
  const mdhd = fullBox('mdhd', 0, 0, u32(0, 0, SAMPLE_RATE, 0), u16(LANGUAGE, 0));
  const hdlr = fullBox('hdlr', 0, 0, u32(0), text('soun'), u32(0, 0, 0), text('SoundHandler\0'));
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const stbl = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntry()),
    ...['stts', 'stsc', 'stco'].map((type) => fullBox(type, 0, 0, u32(0))),
    fullBox('stsz', 0, 0, u32(0, 0)),
  );
  const minf = box('minf', fullBox('smhd', 0, 0, u32(0)), dinf, stbl);
  const trak = box('trak', tkhd, box('mdia', mdhd, hdlr, minf));
  const mvex = box('mvex', fullBox('trex', 0, 0, u32(TRACK, 1, FRAME_SAMPLES, 0, SYNC_SAMPLE)));
  const ftyp = box('ftyp', text('iso6'), u32(0), text('iso6cmfcmp41'));
  return Buffer.concat([ftyp, box('moov', mvhd, trak, mvex)]);
}

const SYNC_SAMPLE = 0x02000000;
/** AudioSpecificConfig: AAC-LC, 48 kHz, two channels. */
const AUDIO_CONFIG = Buffer.from([0x11, 0x90]);

function sampleEntry(): Buffer {
  const descriptor = (tag: number, ...content: Buffer[]) => {
    const body = Buffer.concat(content);
    return Buffer.concat([Buffer.from([tag, body.length]), body]);
  };
  const decoder = descriptor(
    0x04,
    Buffer.from([0x40, 0x15, 0, 0x18, 0]),
    u32(160_000, 128_000),
    descriptor(0x05, AUDIO_CONFIG),
  );
  const es = descriptor(
    0x03,
    u16(TRACK),
    Buffer.from([0]),
    decoder,
    descriptor(0x06, Buffer.from([2])),
  );
  return box(
    'mp4a',
    u32(0),
    u16(0, 1),
    u32(0, 0),
    u16(2, 16, 0, 0),
    u16(SAMPLE_RATE, 0),
    fullBox('esds', 0, 0, es),
  );
}

/** Durations and flags are the track's defaults, so a frame costs four bytes. */
function fragment(sequence: number, first: number, frames: readonly Buffer[]): Buffer {
  const tfhd = fullBox('tfhd', 0, 0x020000, u32(TRACK));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(first) * BigInt(FRAME_SAMPLES));
  const tfdt = fullBox('tfdt', 1, 0, time);
  const sizes = u32(...frames.map((frame) => frame.length));
  const moofWith = (offset: number) => {
    const trun = fullBox('trun', 0, 0x000201, u32(frames.length, offset), sizes);
    return box('moof', fullBox('mfhd', 0, 0, u32(sequence)), box('traf', tfhd, tfdt, trun));
  };
  const { length } = moofWith(0);
  return Buffer.concat([moofWith(length + 8), box('mdat', ...frames)]);
}
