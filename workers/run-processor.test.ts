import { expect } from 'chai';
import { pino } from 'pino';

import { useQueues } from '../fixtures/queues.js';
import { becomes, testJob } from '../fixtures/test-jobs.js';
import type { WorkerContext } from './context.js';
import { openRoster } from './roster.js';
import { processor } from './run-processor.js';

describe('processing a job', () => {
  const queues = useQueues();
  const log = pino({ level: 'silent' });
  const contract = testJob({ attempts: 1 });

  it('costs no try where something that it needs is away', async () => {
    const counted: string[] = [];
    const context = {
      log,
      roster: openRoster(),
      metrics: { countJob: ({ outcome }: { outcome: string }) => void counted.push(outcome) },
    } as unknown as WorkerContext;
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const { process } = processor(contract, () => Promise.reject(refused));
    queues().work(contract, (job, token, lockLost) => process(context, job, token, lockLost), {
      ...{ concurrency: 1, log },
    });
    await queues().add(contract, { clip: 'a' }, { jobId: 'a_1' });
    await becomes(queues(), contract, 'a_1', 'delayed');
    const job = await queues().queue(contract.queue).getJob('a_1');
    expect(job).to.include({ attemptsMade: 0, attemptsStarted: 1 });
    expect(counted).to.deep.equal(['handed_back']);
  });

  it('rests where its own disk is full, and leaves the other jobs to others', async function () {
    this.timeout(15_000);
    const contract = testJob({ attempts: 1 });
    const started: string[] = [];
    const context = {
      ...{ log, roster: openRoster(), metrics: { countJob: () => {} } },
      draining: new AbortController().signal,
    } as unknown as WorkerContext;
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    const { process } = processor(contract, async (_context, _payload, { job }) => {
      started.push(job.id ?? '');
      throw full;
    });
    for (const id of ['a_1', 'b_1', 'c_1', 'd_1', 'e_1']) {
      await queues().add(contract, { clip: id }, { jobId: id });
    }
    queues().work(contract, (job, token, lockLost) => process(context, job, token, lockLost), {
      ...{ concurrency: 1, log },
    });
    await becomes(queues(), contract, 'a_1', 'delayed');
    expect(started.length).to.be.at.most(2);
  });
});
