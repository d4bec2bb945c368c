import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { rejection } from '../../fixtures/rejection.js';
import { S3_CREDENTIALS, startS3Server } from '../../fixtures/s3-server.js';
import { itKeepsObjects } from '../../fixtures/storage-contract.js';
import { loadConfig } from '../platform/config.js';
import { objectKey } from './object-key.js';
import { type S3Config, S3Storage } from './s3-storage.js';

describe('media in a bucket', () => {
  let storage: S3Storage;
  let config: S3Config;
  let stop = async () => {};

  before(async function () {
    this.timeout(30_000);
    const { storage: given } = loadConfig(process.env);
    if (given.provider === 's3') {
      config = given;
    } else {
      const directory = await mkdtemp(join(tmpdir(), 'vw-s3-'));
      const server = await startS3Server({ directory, bucket: 'vw-media' });
      stop = async () => {
        await server.close();
        await rm(directory, { recursive: true, force: true });
      };
      const shared = { provider: 's3', bucket: 'vw-media', region: 'us-east-1' } as const;
      config = { ...shared, endpoint: server.endpoint, ...S3_CREDENTIALS };
    }
    storage = new S3Storage(config);
  });
  after(async () => {
    await storage.close();
    await stop();
  });

  itKeepsObjects(() => storage);

  it('answers while a hundred readers do not go on', async () => {
    const key = objectKey(`media/${randomUUID()}/film`);
    await storage.put(key, Buffer.alloc(8 * 1024 * 1024), { contentType: 'video/mp4' });
    const readers = await Promise.all(Array.from({ length: 100 }, () => storage.get(key)));
    expect(
      await Promise.race([storage.head(key), sleep(20_000, 'stuck', { ref: false })]),
    ).to.include({ key });
    for (const { body } of readers) body.destroy();
    await storage.remove(key);
  });

  it('is not ready without its bucket', async () => {
    const other = new S3Storage({ ...config, bucket: `nowhere-${randomUUID()}` });
    await rejection(other.check());
    await other.close();
  });
});

describe('media in a bucket of many pages', () => {
  /** The server that the other tests run on cannot cut a list into pages; this one does nothing else. */
  const PAGE = 2;
  let keys: string[];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://bucket');
    response.setHeader('content-type', 'application/xml');
    if (url.searchParams.has('delete')) {
      const named = [...(await text(request)).matchAll(/<Key>([^<]+)<\/Key>/g)].map(
        ([, key]) => key,
      );
      keys = keys.filter((key) => !named.includes(key));
      return response.end('<DeleteResult/>');
    }
    const start = Number(url.searchParams.get('continuation-token') ?? 0);
    const more = start + PAGE < keys.length;
    const contents = keys
      .slice(start, start + PAGE)
      .map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
    const next = more ? `<NextContinuationToken>${start + PAGE}</NextContinuationToken>` : '';
    response.end(
      `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
  });
  let storage: S3Storage;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const shared = { provider: 's3', bucket: 'many', region: 'us-east-1' } as const;
    storage = new S3Storage({ ...shared, endpoint: `http://127.0.0.1:${port}`, ...S3_CREDENTIALS });
  });
  beforeEach(() => {
    keys = ['media/a/1', 'media/a/2', 'media/a/3', 'media/a/4', 'media/a/5'];
  });
  after(async () => {
    await storage.close();
    server.closeAllConnections();
    server.close();
  });

  it('lists all of them, but what is no object of ours', async () => {
    keys.splice(1, 0, 'media/a/.foreign');
    const listed: string[] = [];
    for await (const info of storage.list('media/a/')) listed.push(info.key);
    expect(listed).to.deep.equal(keys.filter((key) => !key.includes('.foreign')));
  });

  it('removes all of them', async () => {
    expect(await storage.removePrefix('media/a/')).to.equal(5);
    expect(keys).to.be.empty;
  });
});
