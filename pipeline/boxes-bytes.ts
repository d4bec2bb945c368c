// Where boxes are read from: a buffer, a file, or anything else that answers by offset.

import { open } from 'node:fs/promises';

/** The bytes are not a whole, sane ISO base media file. */
export class BoxError extends Error {
  override readonly name = 'BoxError';
}

export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes. @throws BoxError past the end */
  read(offset: number, length: number): Promise<Buffer>;
}

export function bufferSource(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => {
      checkRange(bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
}

export async function openFileSource(
  path: string,
): Promise<ByteSource & { close(): Promise<void> }> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const whole: ByteSource = {
    size,
    read: async (offset, length) => {
      checkRange(size, offset, length);
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      if (bytesRead < length) throw new BoxError('The file became shorter while it was read');
      return bytes;
    },
  };
  return { ...keepWindow(whole, WINDOW_BYTES), close: () => file.close() };
}

const WINDOW_BYTES = 32 * 1024;

/** Serves small neighbouring reads from one kept window, so that headers cost few reads. */
export function keepWindow(source: ByteSource, windowBytes: number): ByteSource {
  let start = 0;
  let kept: Buffer = Buffer.alloc(0);
  return {
    size: source.size,
    read: async (offset, length) => {
      checkRange(source.size, offset, length);
      if (offset < start || offset + length > start + kept.length) {
        kept = await source.read(
          offset,
          Math.max(length, Math.min(windowBytes, source.size - offset)),
        );
        start = offset;
      }
      return kept.subarray(offset - start, offset - start + length);
    },
  };
}

function checkRange(size: number, offset: number, length: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
    throw new BoxError(`Bytes ${offset} to ${offset + length} lie outside the ${size} there are`);
  }
}
