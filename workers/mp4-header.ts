// The `moov` box of an MP4 file: found wherever it lies, read, and put upright.

import { type FileHandle, open } from 'node:fs/promises';

import { listBoxes, readBoxHeader } from '../pipeline/boxes-tree.js';

/** Larger headers than any real clip's are not read. */
const LARGEST_MOOV = 64 * 1024 ** 2;
const MOST_BOXES = 100_000;

export interface Moov {
  /** Content of the box. */
  readonly bytes: Buffer;
  /** Where the content starts in the file. */
  readonly offset: number;
}

/** The first `moov` box; null where there is none that can be read. */
export async function readMoov(file: FileHandle): Promise<Moov | null> {
  const { size: end } = await file.stat();
  const head = Buffer.alloc(16);
  try {
    for (let at = 0, count = 0; at < end && count < MOST_BOXES; count++) {
      const { bytesRead } = await file.read(head, 0, 16, at);
      const { type, headerSize, size } = readBoxHeader(head.subarray(0, bytesRead), end - at);
      if (type === 'moov') return readContent(file, at + headerSize, size - headerSize);
      at += size;
    }
  } catch {
    // Broken boxes: what comes after them cannot be found.
  }
  return null;
}

async function readContent(file: FileHandle, offset: number, size: number): Promise<Moov | null> {
  if (size > LARGEST_MOOV) return null;
  const bytes = Buffer.alloc(size);
  await file.read(bytes, 0, size, offset);
  return { bytes, offset };
}

const IDENTITY = Buffer.alloc(36);
[0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].forEach((value, index) => {
  IDENTITY.writeUInt32BE(value, index * 4);
});

/**
 * Writes identity into every track's display matrix. ffmpeg copies the source's into a file whose
 * pictures were turned already, and a player would turn them again.
 */
export async function resetDisplayMatrix(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const moov = await readMoov(file);
    for (const track of moov ? listBoxes(moov.bytes).filter(({ type }) => type === 'trak') : []) {
      const boxes = listBoxes(moov?.bytes ?? IDENTITY, track.start, track.end);
      const tkhd = boxes.find(({ type }) => type === 'tkhd');
      if (!tkhd || !moov) throw new Error('The file has a track without a header');
      const long = moov.bytes[tkhd.start] === 1 ? 12 : 0;
      await file.write(IDENTITY, 0, IDENTITY.length, moov.offset + tkhd.start + 40 + long);
    }
  } finally {
    await file.close();
  }
}
