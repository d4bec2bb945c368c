// A stream's objects, wherever they are.

import type { ByteSource } from './boxes-bytes.js';
import type { Delivery } from './hls-stream.js';

/** Where a stream's objects are; URLs are absolute. */
export interface StreamObjects {
  /** @throws ObjectMissing */
  readText(url: string, kind: Delivery['kind']): Promise<string>;
  /** @throws ObjectMissing */
  openMedia(url: string): Promise<ByteSource>;
  readonly deliveries: readonly Delivery[];
}

export class ObjectMissing extends Error {
  override readonly name = 'ObjectMissing';
}
