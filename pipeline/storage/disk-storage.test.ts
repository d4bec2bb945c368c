import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { expect } from 'chai';

import { rejection } from '../../fixtures/rejection.js';
import { itKeepsObjects } from '../../fixtures/storage-contract.js';
import { DiskStorage } from './disk-storage.js';
import { objectKey } from './object-key.js';
import { ObjectNotFound, StorageFull } from './storage.js';

const bytes = { contentType: 'application/octet-stream' };

describe('media in a folder', () => {
  let base: string;
  let root: string;
  let storage: DiskStorage;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'vw-disk-'));
    root = join(base, 'media root');
    storage = await new DiskStorage(root).open();
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  itKeepsObjects(() => storage);

  it('removes the folders that a removal or a move leaves empty', async () => {
    await storage.put(objectKey('media/a/r1/x'), Buffer.from('x'), bytes);
    await storage.put(objectKey('media/b/y'), Buffer.from('y'), bytes);
    await storage.remove(objectKey('media/a/r1/x'));
    expect(await readdir(join(root, 'media'))).to.deep.equal(['b']);
    await storage.move(objectKey('media/b/y'), objectKey('originals/y'));
    expect((await readdir(root)).sort()).to.deep.equal(['.parts', 'originals']);
  });

  // A bucket's own server promises this; the one that the tests run on does not keep it.
  it('keeps many writers of one key apart', async () => {
    const key = objectKey('media/a/x');
    const texts = ['alice', 'bob', 'carol', 'dave'].map((name) => name.repeat(1000));
    await Promise.all(texts.map((body) => storage.put(key, Buffer.from(body), bytes)));
    expect(texts).to.include(String(await buffer((await storage.get(key)).body)));
  });

  it('survives writers and removers of one folder at the same time', async () => {
    const people = ['alice', 'bob', 'carol', 'dave', 'eve', 'frank'];
    await Promise.all(
      people.map(async (name) => {
        const [made, moved] = [objectKey(`media/a/${name}`), objectKey(`media/b/${name}`)];
        for (let times = 0; times < 60; times += 1) {
          await storage.put(made, Buffer.from('x'), bytes);
          await storage.move(made, moved);
          await storage.remove(moved);
        }
      }),
    );
    expect(await readdir(root)).to.deep.equal(['.parts']);
    expect(await readdir(join(root, '.parts'))).to.be.empty;
  });

  it('lets a reader end with what it began, while the object is replaced', async () => {
    const [old, young] = [Buffer.alloc(3_000_000, 'old'), Buffer.alloc(3_000_000, 'new')];
    await storage.put(objectKey('media/a'), old, bytes);
    const { body } = await storage.get(objectKey('media/a'));
    body.pause();
    await storage.put(objectKey('media/a'), young, bytes);
    expect((await buffer(body)).equals(old)).to.equal(true);
  });

  it('follows no link out of the folder', async () => {
    const outside = join(base, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), 'not yours');
    await mkdir(join(root, 'media'));
    await symlink(join(outside, 'secret'), join(root, 'media', 'file'));
    await symlink(outside, join(root, 'media', 'folder'));

    for (const key of ['media/file', 'media/folder/secret'].map(objectKey)) {
      expect(await storage.head(key)).to.equal(null);
      expect(await rejection(storage.get(key))).to.be.instanceOf(ObjectNotFound);
      expect(await rejection(storage.copy(key, objectKey('a')))).to.be.instanceOf(ObjectNotFound);
    }
    await rejection(storage.put(objectKey('media/folder/new'), Buffer.from('x'), bytes));
    await rejection(storage.put(objectKey('media/folder/deep/new'), Buffer.from('x'), bytes));
    await storage.remove(objectKey('media/folder/secret'));
    expect(await storage.removePrefix('media/')).to.equal(0);
    expect(await storage.removePrefix('media/folder/')).to.equal(0);
    expect(await readdir(outside)).to.deep.equal(['secret']);
    expect(await readFile(join(outside, 'secret'), 'utf8')).to.equal('not yours');
  });

  it('takes a folder for no object', async () => {
    await storage.put(objectKey('media/a/x'), Buffer.from('x'), bytes);
    expect(await storage.head(objectKey('media/a'))).to.equal(null);
    expect(await rejection(storage.get(objectKey('media/a')))).to.be.instanceOf(ObjectNotFound);
    expect(await storage.head(objectKey('media/a/x/under'))).to.equal(null);
  });

  it('says by its own error that no room is left, and leaves nothing behind', async () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    const source = Readable.from(
      (async function* () {
        yield Buffer.from('some');
        throw full;
      })(),
    );
    const error = await rejection(storage.put(objectKey('media/a'), source, bytes));
    expect(error).to.be.instanceOf(StorageFull).with.property('cause', full);
    expect(await readdir(join(root, '.parts'))).to.be.empty;
  });

  it('sweeps what a killed process left half-written, once it is old', async () => {
    const [old, young] = ['old', 'young'].map((name) => join(root, '.parts', name));
    for (const path of [old, young]) await writeFile(path ?? '', 'half');
    const yesterday = new Date(Date.now() - 25 * 3600_000);
    await utimes(old ?? '', yesterday, yesterday);
    await new DiskStorage(root).open();
    expect(await readdir(join(root, '.parts'))).to.deep.equal(['young']);
  });

  it('is not ready where its folder went', async () => {
    await rm(root, { recursive: true });
    await rejection(storage.check());
  });

  it('keeps a writer’s file apart until it is whole', async () => {
    const source = new Readable({ read() {} });
    source.push('half');
    const written = storage.put(objectKey('media/a'), source, bytes);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await storage.head(objectKey('media/a'))).to.equal(null);
    source.push(null);
    await written;
    expect((await stat(join(root, 'media', 'a'))).size).to.equal(4);
  });
});
