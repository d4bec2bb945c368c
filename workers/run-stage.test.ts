import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { pino } from 'pino';

import { buildMediaFile } from '../fixtures/build.js';
import { useDatabase } from '../fixtures/database.js';
import { MediaError } from '../pipeline/media-error.js';
import type { MediaFile } from '../pipeline/media-file.js';
import { getMediaFile } from '../pipeline/media-file-queries.js';
import type { WorkerContext } from './context.js';
import { runStage, type StageOrder, type StageRun } from './run-stage.js';
import type { HandBackError } from './run-stopped.js';

describe('running a stage', () => {
  const database = useDatabase();
  let told: string[];
  let drain: AbortController;
  let mediaId: string;
  beforeEach(async () => {
    told = [];
    drain = new AbortController();
    mediaId = (await buildMediaFile(database().db)).media_id;
  });

  it('gives back what the work gives, and lets go of the clip', async () => {
    expect(await run(async ({ file }) => file.attempt)).to.equal(1);
    expect(await look()).to.include({ status: 'pending', starts: 0 });
    expect(await liveLeases()).to.equal(0);
  });

  it('writes progress, and tells of it', async () => {
    await run(async ({ progress }) => {
      for (let done = 0; done <= 100; done += 1) progress('encoding', done / 100);
      await sleep(20);
    });
    const { metadata, version } = await look();
    expect(metadata).to.include({ stage: 'encoding', percent: 90 });
    expect(version).to.be.at.most(3);
    expect(told).to.include(mediaId);
  });

  it('fails the clip at once where the media is to blame, and has the source removed', async () => {
    const error = await run(() => refuse('CORRUPT_MEDIA')).catch((err: unknown) => err);
    expect(error).to.be.an.instanceOf(MediaError);
    expect(await failure()).to.equal('CORRUPT_MEDIA');
    expect(await removals()).to.include(`quarantine/${mediaId}`);
  });

  it('leaves the clip be after a fault of ours, but for the last try', async () => {
    await run(() => Promise.reject(new Error('a disk broke'))).catch(() => {});
    expect(await look()).to.include({ status: 'pending' });
    await run(() => Promise.reject(new Error('a disk broke')), { lastTry: true }).catch(() => {});
    expect(await failure()).to.equal('PROCESSING_FAILED');
    expect(await removals()).to.deep.equal([]);
  });

  it('gives the job back where something is away, even at the last try', async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const away = () => Promise.reject(new Error('not stored', { cause: refused }));
    const error = await run(away, { lastTry: true }).catch((err: unknown) => err);
    expect(error).to.include({ name: 'HandBackError' });
    expect((error as HandBackError).delayMs).to.be.greaterThan(1_000);
    expect(await look()).to.include({ status: 'pending', starts: 0 });
  });

  it('names a full disk that stays full', async () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    const cause = new Error('not stored', { cause: full });
    await run(() => Promise.reject(cause), { lastTry: true, starts: 32 }).catch(() => {});
    expect(await failure()).to.equal('STORAGE_FULL');
  });

  it('stops what runs past its deadline', async () => {
    await run(untilStopped, { lastTry: true, deadlineMs: () => 30 }).catch(() => {});
    expect(await failure()).to.equal('TIMED_OUT');
  });

  it('stops when it is cancelled', async () => {
    const error = await run(async (stage) => {
      await database().db('media_files').update({ cancel_requested: true });
      return untilStopped(stage);
    }).catch((err: unknown) => err);
    expect(error).to.include({ name: 'CancelledError' });
    expect(await failure()).to.equal('CANCELLED');
  });

  it('stops when a newer run takes the clip, and writes nothing more', async () => {
    let first: Promise<unknown> | undefined;
    await new Promise<void>((started) => {
      first = run(async (stage) => {
        started();
        await untilStopped(stage);
      }).catch((err: unknown) => err);
    });
    await run(async ({ progress }) => progress('encoding', 0.5));
    expect(await first).to.include({ name: 'SupersededError' });
    expect(await look()).to.include({ status: 'pending', starts: 0 });
  });

  it('stops when the queue gave the job away', async () => {
    const lost = new AbortController();
    const error = await run(
      (stage) => {
        lost.abort();
        return untilStopped(stage);
      },
      { lockLost: lost.signal, lastTry: true },
    ).catch((err: unknown) => err);
    expect(error).to.include({ name: 'SupersededError' });
    expect(await look()).to.include({ status: 'pending' });
  });

  it('hands the job back when the worker stops', async () => {
    const error = await run(
      (stage) => {
        drain.abort();
        return untilStopped(stage);
      },
      { lastTry: true },
    ).catch((err: unknown) => err);
    expect(error).to.include({ name: 'HandBackError', delayMs: 0 });
    expect(await look()).to.include({ status: 'pending', starts: 0 });
  });

  it('takes starts of runs that are alive for no sign of poison', async () => {
    const { db } = database();
    await db('media_files').update({ starts: 12 });
    const alive = ['part0', 'part1', 'stills'].map((stage) => ({
      ...{ media_id: mediaId, stage, attempt: 1, token: 1, holder: 'others' },
      expires_at: db.raw(`now() + interval '10 seconds'`),
    }));
    await db('media_leases').insert(alive);
    expect(await run(async () => 'done')).to.equal('done');
    await db('media_leases')
      .where({ stage: 'stills' })
      .update({ expires_at: db.raw('now()') });
    await db('media_files').update({ starts: 12 });
    const error = await run(async () => 'done').catch((err) => err);
    expect(error).to.include({ name: 'PoisonError' });
  });

  it('gives up a clip after ten starts that never came back', async () => {
    await database().db('media_files').update({ starts: 10 });
    const error = await run(async () => {}).catch((err: unknown) => err);
    expect(error).to.include({ name: 'PoisonError' });
    expect(await failure()).to.equal('PROCESSING_FAILED');
  });

  it('does not start for a clip that was cancelled while nobody had it', async () => {
    await database().db('media_files').update({ cancel_requested: true });
    let started = false;
    await run(async () => {
      started = true;
    }).catch(() => {});
    expect(started).to.equal(false);
    expect(await failure()).to.equal('CANCELLED');
  });

  function run<T>(work: (stage: StageRun) => Promise<T>, order: Partial<StageOrder> = {}) {
    const context = {
      db: database().db,
      mediaEvents: { publish: (id: string) => void told.push(id) },
      holder: 'alice',
      draining: drain.signal,
      log: pino({ level: 'silent' }),
    } as unknown as WorkerContext;
    const lockLost = new AbortController().signal;
    const whole: StageOrder = {
      ...{ stage: 'encode', mediaId, attempt: 1, starts: 1, lastTry: false, lockLost },
      deadlineMs: () => 10_000,
      ...order,
    };
    return runStage(context, whole, work);
  }

  const look = async () => (await getMediaFile(database().db, mediaId)) as MediaFile;
  const failure = async () => {
    const { status, metadata } = await look();
    return status === 'failed' ? metadata.error?.code : status;
  };
  const removals = () => database().db('object_removals').pluck('prefix_or_key');
  const liveLeases = async () =>
    (await database().db('media_leases').whereRaw('expires_at > clock_timestamp()')).length;
});

const refuse = (code: 'CORRUPT_MEDIA') =>
  Promise.reject(new MediaError(code, 'It cannot be read.'));

/** What every long call does: it ends when its signal says so, with an error of its own. */
const untilStopped = ({ signal }: StageRun) =>
  new Promise<never>((_, reject) => {
    const end = () => reject(new Error('killed'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });
