import { expect } from 'chai';

import { type FleetView, fleetText } from './fleet-text.js';

const now = new Date('2026-05-01T12:00:10Z');
const backlog = { clips: 0, mediaSeconds: 0, seconds: 0, atMostSeconds: 0, slots: 2, speed: 1 };
const worker: FleetView['workers'][number] = {
  ...{ workerId: 'w', host: 'alice', pid: 7, version: '1', concurrency: 2, cores: 4 },
  ...{ startedAt: now, seenAt: now, silentSeconds: 1, draining: false, running: [] },
};
const encode = {
  ...{ queue: 'encode-media', job: 'm_1', media_id: 'm', stage: 'encoding' },
  ...{ percent: 47, speed: 2.5, since: '2026-05-01T12:00:00Z' },
};
const show = (view: Partial<FleetView>) =>
  fleetText({ workers: [], queues: [], backlog, ...view }, now);

describe('showing the fleet in a terminal', () => {
  it('says what each worker runs, how far it is and how fast', () => {
    const text = show({
      workers: [{ ...worker, running: [encode, { ...encode, percent: null }] }],
    });
    expect(text).to.match(/alice:7 +live +2 +encode-media +m +encoding +47 % +2\.5x +10 s/);
    expect(text.match(/alice:7/g)).to.have.length(1);
  });

  it('tells idle, draining and silent workers apart', () => {
    expect(show({ workers: [worker] })).to.match(/alice:7 +live +2 +idle/);
    expect(show({ workers: [{ ...worker, draining: true }] })).to.include('draining');
    expect(show({ workers: [{ ...worker, silentSeconds: 41 }] })).to.include('silent 41 s');
    expect(show({})).to.include('no worker tells of itself');
  });

  it('adds up what waits in a queue, with its oldest', () => {
    const depth = { queue: 'make-stills', oldestSeconds: 0, jobs: 0 } as const;
    const text = show({
      queues: [
        { ...depth, state: 'waiting', jobs: 2, oldestSeconds: 5 },
        { ...depth, state: 'prioritized', jobs: 3, oldestSeconds: 70 },
        { ...depth, state: 'active', jobs: 1, oldestSeconds: 2 },
      ],
    });
    expect(text).to.match(/make-stills +5 +1 min 10 s +1 +2 s +0 +0/);
  });

  it('leads with the backlog, in time', () => {
    const waits = { ...backlog, clips: 3, seconds: 4000, atMostSeconds: 4100, mediaSeconds: 90 };
    expect(show({ backlog: waits })).to.match(/backlog 1 h 6 min, at most 1 h 8 min \(3 clips, /);
    expect(show({})).to.match(/^0 workers, 2 encode slots; nothing waits/);
  });

  it('never breaks a line', () => {
    const text = fleetText(
      { workers: [{ ...worker, running: [encode] }], queues: [], backlog },
      now,
      30,
    );
    for (const line of text.split('\n')) expect(line.length).to.be.at.most(30);
  });
});
