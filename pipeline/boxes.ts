// Reads fragmented MP4 (ISO BMFF): headers only, so a file of any size costs little memory.

import { BoxError, type ByteSource } from './boxes-bytes.js';
import { readTrackFragments, type TrackFragment } from './boxes-fragment.js';
import { type MovieHeader, readMovieHeader } from './boxes-movie.js';
import { type BoxHeader, readBoxHeader } from './boxes-tree.js';

export interface Movie {
  readonly header: MovieHeader;
  /** Bytes of the init segment, from the file's start to the end of moov. */
  readonly headerSize: number;
  readonly fragments: readonly Fragment[];
}

/** One moof and the mdat after it. */
export interface Fragment {
  readonly offset: number;
  readonly size: number;
  readonly tracks: readonly TrackFragment[];
}

/** @throws BoxError where the bytes are no fragmented MP4 */
export async function readMovie(source: ByteSource): Promise<Movie> {
  const { header, headerSize } = await readInit(source);
  return { header, headerSize, fragments: await readFragments(source, header, headerSize) };
}

/** Reads an init segment that fills `start` to `end` or lies at the start of it. @throws BoxError */
export async function readInit(
  source: ByteSource,
  start = 0,
  end = source.size,
): Promise<Pick<Movie, 'header' | 'headerSize'>> {
  for await (const box of walkBoxes(source, start, end)) {
    if (box.type !== 'moov') continue;
    const header = readMovieHeader(await readContent(source, box));
    return { header, headerSize: box.offset + box.size - start };
  }
  throw new BoxError('There is no moov box');
}

/** The fragments that begin between `start` and `end`. @throws BoxError */
export async function readFragments(
  source: ByteSource,
  header: MovieHeader,
  start = 0,
  end = source.size,
): Promise<Fragment[]> {
  const fragments: { offset: number; size: number; tracks: readonly TrackFragment[] }[] = [];
  let samples = 0;
  for await (const box of walkBoxes(source, start, end)) {
    const last = fragments.at(-1);
    if (box.type === 'mdat' && last) last.size = box.offset + box.size - last.offset;
    if (box.type !== 'moof') continue;
    const tracks = readTrackFragments(await readContent(source, box), box.offset, header);
    samples += tracks.reduce((sum, track) => sum + track.samples.length, 0);
    if (samples > MAX_SAMPLES) throw new BoxError('Too many samples');
    fragments.push({ offset: box.offset, size: box.size, tracks });
  }
  fragments.forEach(checkSamples);
  return fragments;
}

function checkSamples({ offset, size, tracks }: Fragment): void {
  for (const sample of tracks.flatMap(({ samples }) => samples)) {
    if (sample.offset < offset || sample.offset + sample.size > offset + size) {
      throw new BoxError(`A sample lies outside the fragment at byte ${offset}`);
    }
  }
}

/** moof of a fragment alone, whatever lies after it: for byte ranges that stop in mid-fragment. */
export async function readFragmentStart(
  source: ByteSource,
  header: MovieHeader,
  offset: number,
): Promise<Fragment> {
  for await (const box of walkBoxes(source, offset, source.size)) {
    if (box.type !== 'moof') break;
    const tracks = readTrackFragments(await readContent(source, box), offset, header);
    return { offset, size: box.size, tracks };
  }
  throw new BoxError(`There is no moof box at byte ${offset}`);
}

interface PlacedBox extends BoxHeader {
  readonly offset: number;
}

const MAX_BOXES = 50_000;
const MAX_SAMPLES = 1_000_000;
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

async function* walkBoxes(
  source: ByteSource,
  start: number,
  end: number,
): AsyncGenerator<PlacedBox> {
  if (end > source.size) throw new BoxError(`Byte ${end} lies past the end`);
  let count = 0;
  for (let offset = start; offset < end; ) {
    if (++count > MAX_BOXES) throw new BoxError('Too many boxes');
    const room = end - offset;
    const bytes = await source.read(offset, Math.min(16, room));
    const header = readBoxHeader(bytes, room);
    yield { ...header, offset };
    offset += header.size;
  }
}

async function readContent(source: ByteSource, box: PlacedBox): Promise<Buffer> {
  if (box.size > MAX_HEADER_BYTES) throw new BoxError(`Box ${box.type} has ${box.size} bytes`);
  return source.read(box.offset + box.headerSize, box.size - box.headerSize);
}
