// A stream of bytes, line by line.

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export function relayLines(stream: Readable | null, print: (line: string) => void): void {
  if (!stream) return;
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', print);
}
