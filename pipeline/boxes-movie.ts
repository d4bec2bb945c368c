// moov → the tracks of a fragmented file and the defaults of its fragments.

import { carriesTags } from './boxes-metadata.js';
import { readSampleEntries, type SampleEntry } from './boxes-sample-entry.js';
import { type Box, Fields, findBox, getBox, listAt, listBoxes } from './boxes-tree.js';

export interface MovieHeader {
  /** Units a second of edit lists. */
  readonly timescale: number;
  readonly tracks: readonly Track[];
  /** Tags of the movie or a track that say something. */
  readonly hasMetadata: boolean;
}

export interface Track {
  readonly id: number;
  readonly kind: 'video' | 'audio' | 'other';
  /** Units a second of this track's sample times. */
  readonly timescale: number;
  /** As presented, from tkhd; 0 for sound. */
  readonly width: number;
  readonly height: number;
  readonly entries: readonly SampleEntry[];
  readonly edits: readonly Edit[];
  readonly defaults: SampleDefaults;
}

export interface Edit {
  /** In the movie's timescale; 0 reaches to the end of a fragmented file. */
  readonly duration: number;
  /** In the track's timescale; -1 for an empty edit. */
  readonly mediaTime: number;
}

export interface SampleDefaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** `bytes` holds the content of a moov box. @throws BoxError */
export function readMovieHeader(bytes: Buffer): MovieHeader {
  const boxes = listBoxes(bytes);
  const defaults = readDefaults(bytes, findBox(boxes, 'mvex'));
  const traks = boxes
    .filter(({ type }) => type === 'trak')
    .map((trak) => listBoxes(bytes, trak.start, trak.end));
  return {
    timescale: readTimescale(bytes, getBox(boxes, 'mvhd')),
    tracks: traks.map((trak) => readTrack(bytes, trak, defaults)),
    hasMetadata: [boxes, ...traks].some((level) => carriesTags(bytes, level)),
  };
}

const KINDS: Readonly<Record<string, Track['kind']>> = { vide: 'video', soun: 'audio' };
const NO_DEFAULTS: SampleDefaults = { duration: 0, size: 0, flags: 0 };

function readTrack(
  bytes: Buffer,
  trak: readonly Box[],
  defaults: ReadonlyMap<number, SampleDefaults>,
): Track {
  const tkhd = new Fields(bytes, getBox(trak, 'tkhd'));
  const isLong = tkhd.u8() === 1;
  const id = tkhd.skip(isLong ? 19 : 11).u32();
  const width = tkhd.skip((isLong ? 12 : 8) + 52).u32() / 0x10000;
  const height = tkhd.u32() / 0x10000;
  const mdia = listAt(bytes, trak, 'mdia');
  const handler = new Fields(bytes, getBox(mdia, 'hdlr')).skip(8).text(4);
  const stbl = listAt(bytes, mdia, 'minf', 'stbl');
  return {
    ...{ id, width, height },
    kind: KINDS[handler] ?? 'other',
    timescale: readTimescale(bytes, getBox(mdia, 'mdhd')),
    entries: readSampleEntries(bytes, getBox(stbl, 'stsd'), handler),
    edits: findBox(trak, 'edts') ? readEdits(bytes, listAt(bytes, trak, 'edts')) : [],
    defaults: defaults.get(id) ?? NO_DEFAULTS,
  };
}

/** mvhd and mdhd begin alike. */
function readTimescale(bytes: Buffer, box: Box): number {
  const fields = new Fields(bytes, box);
  return fields.skip(fields.u8() === 1 ? 19 : 11).u32();
}

function readEdits(bytes: Buffer, edts: readonly Box[]): Edit[] {
  const elst = findBox(edts, 'elst');
  if (!elst) return [];
  const fields = new Fields(bytes, elst);
  const isLong = fields.u8() === 1;
  let count = fields.skip(3).u32();
  const edits: Edit[] = [];
  for (; count > 0; count--) {
    const duration = isLong ? fields.u64() : fields.u32();
    edits.push({ duration, mediaTime: isLong ? fields.i64() : fields.i32() });
    fields.skip(4);
  }
  return edits;
}

function readDefaults(bytes: Buffer, mvex: Box | undefined): Map<number, SampleDefaults> {
  const boxes = mvex ? listBoxes(bytes, mvex.start, mvex.end) : [];
  return new Map(
    boxes
      .filter(({ type }) => type === 'trex')
      .map((trex) => {
        const fields = new Fields(bytes, trex);
        const id = fields.skip(4).u32();
        const [duration, size] = [fields.skip(4).u32(), fields.u32()];
        return [id, { duration, size, flags: fields.u32() }];
      }),
  );
}
