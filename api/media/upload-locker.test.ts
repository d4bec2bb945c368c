import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { useDatabase } from '../../fixtures/database.js';
import { UploadLocker } from './upload-locker.js';

const never = new AbortController().signal;
const nothing = () => {};

describe('locking an upload', () => {
  const database = useDatabase();
  const times = { ttlSeconds: 1, beatMs: 60, pollMs: 20, waitMs: 20_000 };
  const openLocker = (ttlSeconds = times.ttlSeconds) =>
    new UploadLocker({ db: database().db, log: { warn: nothing } }, { ...times, ttlSeconds });

  /** Holds until asked, then lets go a moment later, as tus does. */
  async function hold(locker: UploadLocker, id: string) {
    const lock = locker.newLock(id);
    const asked = new Promise<void>((resolve) => {
      lock.lock(never, resolve);
    });
    await sleep(100);
    void asked.then(() => sleep(50)).then(() => lock.unlock());
    return { lock, asked };
  }

  it('makes requests of one process take turns, the newer asking the older to go', async () => {
    const locker = openLocker();
    const id = randomUUID();
    const first = await hold(locker, id);
    const second = locker.newLock(id);
    await second.lock(never, nothing);
    await first.asked;
    await second.unlock();
  });

  it('does so across processes', async () => {
    const id = randomUUID();
    const first = await hold(openLocker(600), id);
    const second = openLocker(600).newLock(id);
    await second.lock(never, nothing);
    await first.asked;
    await second.unlock();
  });

  it('keeps a lock for longer than its time while its holder lives', async () => {
    const id = randomUUID();
    const first = openLocker().newLock(id);
    await first.lock(never, nothing);
    await sleep(1_300);
    const second = openLocker().newLock(id);
    const refused = await second.lock(AbortSignal.timeout(200), nothing).catch((error) => error);
    expect(refused).to.include({ body: 'failed to acquire lock before timeout' });
    await first.unlock();
    await second.lock(never, nothing);
    await second.unlock();
  });

  it('takes over from a holder that died', async () => {
    const id = randomUUID();
    await database()
      .db('upload_locks')
      .insert({
        upload_id: id,
        holder: randomUUID(),
        release_requested: false,
        expires_at: new Date(Date.now() + 400),
      });
    const lock = openLocker().newLock(id);
    await lock.lock(never, nothing);
    await lock.unlock();
  });

  it('cancels a holder whose lock was taken from it', async () => {
    const id = randomUUID();
    const lock = openLocker().newLock(id);
    let cancelled: () => void = nothing;
    const heard = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    await lock.lock(never, () => cancelled());
    await database().db('upload_locks').update({ holder: randomUUID() });
    await heard;
    await lock.unlock();
    expect(await database().db('upload_locks').first()).to.include({ upload_id: id });
  });

  it('lets ten at once through one by one', async () => {
    const lockers = [openLocker(), openLocker()];
    const id = randomUUID();
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const lock = (lockers[index % 2] ?? openLocker()).newLock(id);
        await lock.lock(never, nothing);
        inside += 1;
        most = Math.max(most, inside);
        await sleep(5);
        inside -= 1;
        await lock.unlock();
      }),
    );
    expect(most).to.equal(1);
  });
});
