import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { pino } from 'pino';

import { useDatabase } from '../fixtures/database.js';
import { until } from '../fixtures/until.js';
import { countSlots, isLive } from '../pipeline/fleet.js';
import { listWorkers, removeLostWorkers, saveWorker } from '../pipeline/worker-queries.js';
import type { WorkerContext } from './context.js';
import { type Heartbeat, startHeartbeat } from './heartbeat.js';
import { openRoster } from './roster.js';

describe('telling the fleet of a worker', () => {
  const database = useDatabase();
  const beats: Heartbeat[] = [];
  afterEach(() => Promise.all(beats.splice(0).map((beat) => beat.stop())));

  const roster = openRoster();
  const start = (pace: { changeMs?: number; aliveMs?: number } = {}, db = database().db) => {
    const config = { worker: { encodeConcurrency: 3 } } as WorkerContext['config'];
    const context = { db, config, roster, log: pino({ level: 'silent' }) };
    const beat = startHeartbeat(context, { changeMs: 20, ...pace });
    beats.push(beat);
    return beat;
  };
  const rows = () => listWorkers(database().db);
  const appears = () => until(async () => (await rows()).length > 0);

  it('says who it is and what it runs, and that it drains', async () => {
    const beat = start();
    await appears();
    const job = roster.begin({ queue: 'encode-media', job: 'a_1', media_id: 'a' });
    job.report({ stage: 'encoding', fraction: 0.5, mediaSeconds: 10 });
    await until(async () => (await rows())[0]?.running.length === 1);
    const [worker] = await rows();
    expect(worker).to.include({ workerId: beat.workerId, pid: process.pid, concurrency: 3 });
    expect(worker?.version).to.match(/^\d+\.\d+/);
    expect(worker?.running[0]).to.include({ job: 'a_1', stage: 'encoding', percent: 47 });
    expect(countSlots(await rows())).to.equal(3);
    job.end();
    beat.drain();
    await until(async () => (await rows())[0]?.draining === true);
    expect(countSlots(await rows())).to.equal(0);
    await beat.stop();
    expect(await rows()).to.be.empty;
  });

  it('writes only what changes, and now and then that it lives', async () => {
    start({ aliveMs: 60_000 });
    await appears();
    const seen = async () => (await rows())[0]?.seenAt.getTime();
    const first = await seen();
    await sleep(150);
    expect(await seen()).to.equal(first);
    await beats.splice(0)[0]?.stop();
    start({ aliveMs: 30 });
    await appears();
    const before = await seen();
    await until(async () => (await seen()) !== before);
  });

  it('goes on without the database, and comes back with it', async () => {
    let away = true;
    const db = new Proxy(database().db, {
      apply: (target, self, args) => {
        if (away) throw new Error('the database is away');
        return Reflect.apply(target, self, args);
      },
    });
    start({}, db);
    await sleep(60);
    expect(await rows()).to.be.empty;
    away = false;
    await appears();
  });

  it('leaves no row behind for long where the worker was killed', async () => {
    const { db } = database();
    const facts = {
      ...{ workerId: '00000000-0000-7000-8000-000000000001', host: 'a', pid: 1, version: '1' },
      ...{ concurrency: 1, cores: 2, startedAt: new Date() },
    };
    await saveWorker(db, facts, { draining: false, running: [] });
    const age = (seconds: number) =>
      db('workers').update({
        seen_at: db.raw(`clock_timestamp() - interval '${seconds} seconds'`),
      });
    await age(45);
    expect(await removeLostWorkers(db)).to.equal(0);
    expect((await rows()).map(isLive)).to.deep.equal([false]);
    expect(countSlots(await rows())).to.equal(0);
    await age(61);
    expect(await removeLostWorkers(db)).to.equal(1);
  });
});

describe('the roster', () => {
  it('tells the speed of an encode by what is done of it and since when', () => {
    let now = 0;
    const roster = openRoster(() => now);
    const job = roster.begin({ queue: 'encode-media', job: 'a_1', media_id: 'a' });
    job.report({ stage: 'encoding', fraction: 0, mediaSeconds: 30 });
    expect(roster.list()[0]).to.include({ percent: 5, speed: null });
    now = 4_000;
    job.report({ stage: 'encoding', fraction: 0.4, mediaSeconds: 30 });
    expect(roster.list()[0]).to.include({ percent: 39, speed: 3 });
    job.report({ stage: 'packaging', fraction: 0, mediaSeconds: 30 });
    expect(roster.list()[0]).to.include({ stage: 'packaging', speed: null });
    job.end();
    expect(roster.list()).to.be.empty;
  });
});
