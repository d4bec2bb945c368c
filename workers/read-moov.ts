import type { FileHandle } from 'node:fs/promises';

import { readBoxHeader } from '../pipeline/protection.js';

/** Larger headers than any real clip's are not read. */
const LARGEST_MOOV = 64 * 1024 ** 2;
const MOST_BOXES = 100_000;

/** Content of an MP4's first `moov` box, wherever it lies; null where there is none. */
export async function readMoov(file: FileHandle): Promise<Buffer | null> {
  const { size: end } = await file.stat();
  const head = Buffer.alloc(16);
  for (let at = 0, count = 0; at + 8 <= end && count < MOST_BOXES; count++) {
    const { bytesRead } = await file.read(head, 0, 16, at);
    const { header, size } = readBoxHeader(head.subarray(0, bytesRead), end - at);
    if (size < header) return null;
    if (head.toString('latin1', 4, 8) === 'moov') {
      const length = Math.min(size, end - at) - header;
      if (length > LARGEST_MOOV) return null;
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, at + header);
      return buffer;
    }
    at += size;
  }
  return null;
}
