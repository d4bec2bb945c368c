// moof → the samples of each track in it: when they are due and where they lie.

import { BoxError } from './boxes-bytes.js';
import type { MovieHeader, SampleDefaults } from './boxes-movie.js';
import { type Box, Fields, findBox, getBox, listBoxes } from './boxes-tree.js';

export interface TrackFragment {
  readonly trackId: number;
  /** Of the first sample, in the track's timescale; null where tfdt is absent. */
  readonly baseDecodeTime: number | null;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** In the file. */
  readonly offset: number;
  readonly size: number;
  readonly duration: number;
  readonly isSync: boolean;
  /** Presentation time minus decode time. */
  readonly compositionOffset: number;
}

/** In one moof, whichever track they belong to. */
const MAX_SAMPLES = 100_000;

/** `bytes` holds the content of the moof box that lies at `moofOffset`. @throws BoxError */
export function readTrackFragments(
  bytes: Buffer,
  moofOffset: number,
  header: Pick<MovieHeader, 'tracks'>,
): TrackFragment[] {
  let dataEnd = moofOffset;
  let room = MAX_SAMPLES;
  return listBoxes(bytes)
    .filter(({ type }) => type === 'traf')
    .map((traf) => {
      const boxes = listBoxes(bytes, traf.start, traf.end);
      const run = readFragmentHeader(bytes, getBox(boxes, 'tfhd'), header, moofOffset, dataEnd);
      const samples: Sample[] = [];
      dataEnd = run.base;
      for (const trun of boxes.filter(({ type }) => type === 'trun')) {
        dataEnd = readRun(bytes, trun, run, { dataEnd, room }, samples);
      }
      room -= samples.length;
      const tfdt = findBox(boxes, 'tfdt');
      return {
        trackId: run.trackId,
        baseDecodeTime: tfdt ? readDecodeTime(bytes, tfdt) : null,
        samples,
      };
    });
}

interface FragmentHeader extends SampleDefaults {
  readonly trackId: number;
  /** That data offsets count from. */
  readonly base: number;
}

function readFragmentHeader(
  bytes: Buffer,
  tfhd: Box,
  { tracks }: Pick<MovieHeader, 'tracks'>,
  moofOffset: number,
  dataEnd: number,
): FragmentHeader {
  const fields = new Fields(bytes, tfhd);
  const flags = fields.u32() & 0xffffff;
  const trackId = fields.u32();
  const track = tracks.find(({ id }) => id === trackId);
  if (!track) throw new BoxError(`A fragment belongs to track ${trackId}, which is not there`);
  const implied = flags & 0x020000 ? moofOffset : dataEnd;
  const base = flags & 0x01 ? fields.u64() : implied;
  if (flags & 0x02) fields.skip(4);
  return {
    ...{ trackId, base },
    duration: flags & 0x08 ? fields.u32() : track.defaults.duration,
    size: flags & 0x10 ? fields.u32() : track.defaults.size,
    flags: flags & 0x20 ? fields.u32() : track.defaults.flags,
  };
}

const NOT_SYNC = 0x10000;

/** Appends the samples of one trun; where their data ends. */
function readRun(
  bytes: Buffer,
  trun: Box,
  defaults: FragmentHeader,
  { dataEnd, room }: { dataEnd: number; room: number },
  samples: Sample[],
): number {
  const fields = new Fields(bytes, trun);
  const isSigned = fields.u8() > 0;
  const flags = (fields.u8() << 16) | fields.u16();
  const count = fields.u32();
  let offset = flags & 0x01 ? defaults.base + fields.i32() : dataEnd;
  if (samples.length + count > room) throw new BoxError(`${count} samples in one run`);
  const first = flags & 0x04 ? fields.u32() : null;
  for (let index = 0; index < count; index++) {
    const duration = flags & 0x100 ? fields.u32() : defaults.duration;
    const size = flags & 0x200 ? fields.u32() : defaults.size;
    const own = flags & 0x400 ? fields.u32() : defaults.flags;
    const compositionOffset = flags & 0x800 ? (isSigned ? fields.i32() : fields.u32()) : 0;
    const isSync = ((index === 0 && first !== null ? first : own) & NOT_SYNC) === 0;
    samples.push({ offset, size, duration, isSync, compositionOffset });
    offset += size;
  }
  return offset;
}

function readDecodeTime(bytes: Buffer, tfdt: Box): number {
  const fields = new Fields(bytes, tfdt);
  const isLong = fields.u8() === 1;
  fields.skip(3);
  return isLong ? fields.u64() : fields.u32();
}
