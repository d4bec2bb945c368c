// Joins the files of one rendition's parts, sample by sample as they are: no picture is touched.

import { type FileHandle, open } from 'node:fs/promises';

import { readMovie } from '../pipeline/boxes.js';
import { openFileSource } from '../pipeline/boxes-bytes.js';
import { rebaseFragment } from '../pipeline/boxes-rebase.js';

/** They are not parts of one film: made by different encoders, or not whole. */
export class PartsDiffer extends Error {
  override readonly name = 'PartsDiffer';
}

export interface PartFile {
  readonly path: string;
  /** How many there must be in it. */
  readonly frames: number;
}

/** Fragmented MP4s of one video track each → one. @throws PartsDiffer, BoxError */
export async function joinFiles(parts: readonly PartFile[], to: string): Promise<void> {
  const file = await open(to, 'wx');
  try {
    let end: End = { init: null, sequence: 1, time: 0 };
    for (const part of parts) end = await append(file, part, end);
  } finally {
    await file.close();
  }
}

interface End {
  readonly init: Buffer | null;
  readonly sequence: number;
  /** In the track's timescale. */
  readonly time: number;
}

async function append(file: FileHandle, { path, frames }: PartFile, end: End): Promise<End> {
  const source = await openFileSource(path);
  try {
    const { header, headerSize, fragments } = await readMovie(source);
    const init = Buffer.from(await source.read(0, headerSize));
    const [track] = header.tracks;
    if (!track || header.tracks.length > 1) throw new PartsDiffer(`${path} has no single track`);
    if (end.init && !init.equals(end.init)) throw new PartsDiffer(`${path} begins otherwise`);
    const there = fragments.flatMap(({ tracks }) => tracks.flatMap(({ samples }) => samples));
    if (there.length !== frames) {
      throw new PartsDiffer(`${path} has ${there.length} frames instead of ${frames}`);
    }
    if (!end.init) await file.appendFile(init);
    let { sequence } = end;
    for (const fragment of fragments) {
      const bytes = Buffer.from(await source.read(fragment.offset, fragment.size));
      rebaseFragment(bytes, sequence, end.time);
      await file.appendFile(bytes);
      sequence += 1;
    }
    const length = there.reduce((sum, { duration }) => sum + duration, 0);
    return { init, sequence, time: end.time + length };
  } finally {
    await source.close();
  }
}
