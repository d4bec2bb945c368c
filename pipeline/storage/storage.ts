// What the product asks of the place where media lies. Disk and S3 pass one contract suite.

import type { Readable } from 'node:stream';

import type { ObjectKey } from './object-key.js';

export interface ObjectInfo {
  readonly key: ObjectKey;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
  readonly contentType: string;
  /** Quoted, as HTTP has it; changes with the content. */
  readonly etag: string;
}

export interface PutOptions {
  readonly contentType: string;
  readonly cacheControl?: string;
  readonly signal?: AbortSignal;
}

/** Both ends included, as in HTTP; without `end`, to the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

export interface StoredObject {
  readonly body: Readable;
  readonly info: ObjectInfo;
  /** What of the object the body holds, where a range was asked for. */
  readonly range?: Required<ByteRange>;
}

export interface Storage {
  readonly provider: 'disk' | 's3';
  /** All or nothing: nobody sees a half-written object. @throws StorageFull */
  put(key: ObjectKey, body: Buffer | Readable, options: PutOptions): Promise<void>;
  putFile(key: ObjectKey, path: string, options: PutOptions): Promise<void>;
  /** @throws ObjectNotFound, RangeNotSatisfiable */
  get(key: ObjectKey, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<StoredObject>;
  head(key: ObjectKey): Promise<ObjectInfo | null>;
  /** @throws ObjectNotFound */
  download(key: ObjectKey, toPath: string, signal?: AbortSignal): Promise<void>;
  /** @throws ObjectNotFound */
  copy(from: ObjectKey, to: ObjectKey): Promise<void>;
  /** @throws ObjectNotFound */
  move(from: ObjectKey, to: ObjectKey): Promise<void>;
  /** An object that is not there is no error. */
  remove(key: ObjectKey): Promise<void>;
  /** Gives how many objects went. @param prefix whole segments and a slash @throws InvalidObjectKey */
  removePrefix(prefix: string): Promise<number>;
  /** In no certain order. @param prefix whole segments and a slash @throws InvalidObjectKey */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Bytes that can still be written; null where there is no such limit. */
  freeBytes(): Promise<number | null>;
  /** Whether the store answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export class ObjectNotFound extends Error {
  override readonly name = 'ObjectNotFound';
  constructor(key: string, options?: ErrorOptions) {
    super(`no object at ${key}`, options);
  }
}

export class RangeNotSatisfiable extends Error {
  override readonly name = 'RangeNotSatisfiable';
  readonly size: number;
  constructor(size: number, options?: ErrorOptions) {
    super(`the range lies outside of ${size} bytes`, options);
    this.size = size;
  }
}

/** There is no room left; trying again helps only after somebody made some. */
export class StorageFull extends Error {
  override readonly name = 'StorageFull';
}
