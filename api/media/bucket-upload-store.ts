// tus's S3 store, with its notes in our rows: no info objects beside the uploads, and no listing of parts, which not
// every S3 server has. Any process can go on from them.

import { ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

import { type MetadataValue, S3Store } from '@tus/s3-store';
import { ERRORS, type Upload as TusUpload } from '@tus/server';
import type { Knex } from 'knex';

import type { Config } from '../../pipeline/platform/config.js';
import { s3ClientConfig } from '../../pipeline/storage/s3-storage.js';
import { readNotes, uploadIdOf } from './upload-notes.js';
import { findMultipartId, listParts, saveMultipartId, savePart } from './upload-part-queries.js';

const PART_BYTES = 8 * 1024 * 1024;

export class BucketUploadStore extends S3Store {
  readonly #db: Knex;

  constructor(
    db: Knex,
    place: Extract<Config['storage'], { provider: 's3' }>,
    expirySeconds: number,
  ) {
    super({
      partSize: PART_BYTES,
      useTags: false,
      expirationPeriodInMilliseconds: expirySeconds * 1000,
      s3ClientConfig: { ...s3ClientConfig(place), bucket: place.bucket },
    });
    this.#db = db;
  }

  /** tus takes any failure to read the notes for their absence, and a client would begin its upload anew. */
  override async getUpload(key: string): Promise<TusUpload> {
    await this.getMetadata(key);
    return super.getUpload(key);
  }

  protected override async saveMetadata(upload: TusUpload, multipartId: string): Promise<void> {
    await saveMultipartId(this.#db, uploadIdOf(upload.id), multipartId);
  }

  protected override async getMetadata(key: string): Promise<MetadataValue> {
    const file = await readNotes(this.#db, key);
    const multipartId = file && (await findMultipartId(this.#db, uploadIdOf(key)));
    if (!file || !multipartId) throw ERRORS.FILE_NOT_FOUND;
    return { file, 'upload-id': multipartId, 'tus-version': '1.0.0' };
  }

  protected override async uploadPart(
    metadata: MetadataValue,
    body: ReadStream | Readable | Buffer,
    number: number,
  ): Promise<string> {
    const etag = await super.uploadPart(metadata, body, number);
    const size =
      body instanceof ReadStream ? body.bytesRead : Buffer.isBuffer(body) ? body.length : null;
    if (size === null) throw new Error('A part of a length that nobody knows');
    await savePart(this.#db, uploadIdOf(metadata.file.id), { number, size, etag });
    return etag;
  }

  protected override async retrieveParts(key: string) {
    const parts = await listParts(this.#db, uploadIdOf(key));
    return parts.map(({ number, size, etag }) => ({ PartNumber: number, Size: size, ETag: etag }));
  }
}
