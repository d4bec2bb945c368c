import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { countStorage } from './count-storage.js';
import { objectKey } from './object-key.js';
import { openStorage } from './open-storage.js';
import type { Storage } from './storage.js';

describe('counting the bytes of a storage', () => {
  let folder: string;
  let storage: Storage;
  let told: [string, number][];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vw-count-'));
    told = [];
    const inner = await openStorage({ provider: 'disk', root: join(folder, 'media') });
    storage = countStorage(inner, (direction, bytes) => void told.push([direction, bytes]));
  });
  afterEach(async () => {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });

  const key = objectKey('media/a.bin');
  const options = { contentType: 'application/octet-stream' };

  it('tells what was written and read, once it is done', async () => {
    const path = join(folder, 'seven');
    await writeFile(path, '1234567');
    await storage.put(key, Buffer.from('123'), options);
    await storage.putFile(key, path, options);
    await storage.download(key, join(folder, 'back'));
    expect(told).to.deep.equal([
      ['written', 3],
      ['written', 7],
      ['read', 7],
    ]);
  });

  it('does what the storage does, and fails as it fails', async () => {
    expect(storage.provider).to.equal('disk');
    await storage.put(key, Buffer.from('123'), options);
    expect((await storage.head(key))?.size).to.equal(3);
    told = [];
    const absent = objectKey('media/none.bin');
    const error = await storage.download(absent, join(folder, 'none')).catch((err) => err);
    expect(error.name).to.equal('ObjectNotFound');
    expect(told).to.be.empty;
  });
});
