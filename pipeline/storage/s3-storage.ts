// Media in a bucket: AWS S3, or any server that speaks its language.

import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

import type { StorageConfig } from '../platform/config.js';
import { contentTypeOf } from './content-type.js';
import { isObjectKey, keyPrefix, type ObjectKey } from './object-key.js';
import {
  type ByteRange,
  type ObjectInfo,
  ObjectNotFound,
  type PutOptions,
  RangeNotSatisfiable,
  type Storage,
  StorageFull,
  type StoredObject,
} from './storage.js';

export type S3Config = Extract<StorageConfig, { provider: 's3' }>;

const PART_BYTES = 8 * 1024 * 1024;
/** The most that one DeleteObjects takes. */
const DELETE_BATCH = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A socket on which nothing moves for so long is given up. */
const SILENCE_TIMEOUT_MS = 60_000;
/** A viewer who reads slowly keeps one all the while; with the default of 50 a few of them would stop the rest. */
const MOST_SOCKETS = 1_000;

/** A client for our bucket; the tus store asks for one of its own with the same settings. */
export const s3ClientConfig = (config: S3Config) => ({
  region: config.region,
  // Other servers than AWS do not know the newer checksums.
  requestChecksumCalculation: 'WHEN_REQUIRED' as const,
  responseChecksumValidation: 'WHEN_REQUIRED' as const,
  requestHandler: {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    httpAgent: { maxSockets: MOST_SOCKETS },
    httpsAgent: { maxSockets: MOST_SOCKETS },
  },
  ...(config.endpoint && { endpoint: config.endpoint, forcePathStyle: true }),
  ...(config.accessKeyId &&
    config.secretAccessKey && {
      credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    }),
});

export class S3Storage implements Storage {
  readonly provider = 's3';
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(config: S3Config) {
    this.#client = new S3Client(s3ClientConfig(config));
    this.#bucket = config.bucket;
  }

  async put(key: ObjectKey, body: Buffer | Readable, options: PutOptions): Promise<void> {
    const upload = new Upload({
      client: this.#client,
      partSize: PART_BYTES,
      params: {
        ...this.#at(key),
        Body: body,
        ContentType: options.contentType,
        ...(options.cacheControl && { CacheControl: options.cacheControl }),
      },
    });
    const abort = () => void upload.abort().catch(() => undefined);
    options.signal?.throwIfAborted();
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      await upload.done();
    } catch (error) {
      const source = body instanceof Readable ? body.errored : null;
      throw translate(key, source ?? error);
    } finally {
      options.signal?.removeEventListener('abort', abort);
      if (body instanceof Readable) body.destroy();
    }
  }

  putFile(key: ObjectKey, path: string, options: PutOptions): Promise<void> {
    return this.put(key, createReadStream(path), options);
  }

  async get(
    key: ObjectKey,
    { range, signal }: { range?: ByteRange; signal?: AbortSignal } = {},
  ): Promise<StoredObject> {
    try {
      const reply = await this.#client.send(
        new GetObjectCommand({
          ...this.#at(key),
          ...(range && { Range: `bytes=${range.start}-${range.end ?? ''}` }),
        }),
        signal ? { abortSignal: signal } : {},
      );
      const [, start, end, size] = /(\d+)-(\d+)\/(\d+)/.exec(reply.ContentRange ?? '') ?? [];
      const info = toInfo(key, { ...reply, Size: size ? Number(size) : reply.ContentLength });
      const body = reply.Body as Readable;
      return range
        ? { body, info, range: { start: Number(start), end: Number(end) } }
        : { body, info };
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 416) {
        throw new RangeNotSatisfiable((await this.head(key))?.size ?? 0, { cause: error });
      }
      throw translate(key, error);
    }
  }

  async head(key: ObjectKey): Promise<ObjectInfo | null> {
    try {
      const reply = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      return toInfo(key, { ...reply, Size: reply.ContentLength });
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  async download(key: ObjectKey, toPath: string, signal?: AbortSignal): Promise<void> {
    const { body } = await this.get(key, signal ? { signal } : {});
    await pipeline(body, createWriteStream(toPath), signal ? { signal } : {});
  }

  async copy(from: ObjectKey, to: ObjectKey): Promise<void> {
    try {
      await this.#client.send(
        new CopyObjectCommand({ ...this.#at(to), CopySource: `${this.#bucket}/${from}` }),
      );
    } catch (error) {
      throw translate(from, error);
    }
  }

  async move(from: ObjectKey, to: ObjectKey): Promise<void> {
    await this.copy(from, to);
    await this.remove(from);
  }

  async remove(key: ObjectKey): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#at(key)));
  }

  async removePrefix(prefix: string): Promise<number> {
    const under = { Bucket: this.#bucket, Prefix: keyPrefix(prefix), MaxKeys: DELETE_BATCH };
    for (let removed = 0; ; ) {
      const { Contents = [] } = await this.#client.send(new ListObjectsV2Command(under));
      if (Contents.length === 0) return removed;
      const Objects = Contents.map(({ Key }) => ({ Key }));
      const { Errors = [] } = await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors.length) throw new Error(`${Errors.length} objects stay under ${prefix}`);
      removed += Contents.length;
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#bucket, Prefix: keyPrefix(prefix) },
    );
    for await (const { Contents = [] } of pages) {
      for (const entry of Contents) {
        if (entry.Key && isObjectKey(entry.Key)) yield toInfo(entry.Key, entry);
      }
    }
  }

  async freeBytes(): Promise<null> {
    return null;
  }

  async check(): Promise<void> {
    await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  #at(key: ObjectKey) {
    return { Bucket: this.#bucket, Key: key };
  }
}

interface Described {
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
  readonly ContentType?: string | undefined;
  readonly ETag?: string | undefined;
}

const toInfo = (
  key: ObjectKey,
  { Size, LastModified, ContentType, ETag }: Described,
): ObjectInfo => ({
  key,
  size: Size ?? 0,
  modifiedAt: LastModified ?? new Date(0),
  contentType: ContentType ?? contentTypeOf(key),
  etag: `"${(ETag ?? '').replaceAll('"', '')}"`,
});

const isAbsent = (error: unknown) =>
  error instanceof S3ServiceException &&
  (error.$metadata.httpStatusCode === 404 || error.name === 'NoSuchKey');

function translate(key: ObjectKey, error: unknown): unknown {
  if (isAbsent(error)) return new ObjectNotFound(key, { cause: error });
  const full = /QuotaExceeded|StorageFull/.test((error as Error).name);
  return full ? new StorageFull('no room is left for media', { cause: error }) : error;
}
