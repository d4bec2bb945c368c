// The SHA-256 of a file, as it lies on our disk: a client's own word for it counts for nothing.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export async function digestFile(path: string, signal: AbortSignal): Promise<Buffer> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hash.digest();
}
