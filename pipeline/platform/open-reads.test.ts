import { expect } from 'chai';

import { useDatabase } from '../../fixtures/database.js';
import { rejection } from '../../fixtures/rejection.js';
import { until } from '../../fixtures/until.js';
import { openReads, type Reads } from './open-reads.js';

describe('reads on shared connections', () => {
  const database = useDatabase();
  let reads: Reads;
  beforeEach(() => {
    reads = openReads(database(), {
      ...{ applicationName: 'reads of a test', count: 2, statementTimeoutMs: 1_000 },
    });
  });
  afterEach(() => reads.close());
  const double = async (n: number) => {
    const { rows } = await reads.raw<{ twice: number }>('select ?::int * 2 as twice', [n]);
    return rows[0]?.twice;
  };
  const lines = () =>
    database()
      .db('pg_stat_activity')
      .where({
        application_name: 'reads of a test',
        datname: database().db.raw('current_database()'),
      })
      .pluck('pid');

  it('give each its own answer, however many are asked at once, on a few connections', async () => {
    const numbers = Array.from({ length: 200 }, (_, n) => n);
    const answers = await Promise.all(numbers.map(double));
    expect(answers).to.deep.equal(numbers.map((n) => 2 * n));
    expect(await lines()).to.have.length(2);
  });

  it('fail alone', async () => {
    const [one, broken, other] = await Promise.all([
      double(1),
      rejection(reads.raw('select 1 / ?::int', [0])),
      double(2),
    ]);
    expect([one, other]).to.deep.equal([2, 4]);
    expect(broken).to.include({ code: '22012' });
  });

  it('see what was committed before they were asked', async () => {
    const { db } = database();
    await db.raw('create table marks (id int)');
    const count = async () => {
      const { rows } = await reads.raw<{ total: number }>(
        'select count(*)::int as total from marks',
      );
      return rows[0]?.total;
    };
    for (const id of [1, 2, 3]) {
      await db('marks').insert({ id });
      expect(await count()).to.equal(id);
    }
    await db.raw('drop table marks');
  });

  it('connect again after their connections were cut', async () => {
    await Promise.all([double(1), double(2)]);
    const before = await lines();
    await database().db.raw('select pg_terminate_backend(pid) from unnest(?::int[]) pid', [before]);
    // Whoever asks while it is being noticed is told that it failed.
    await until(async () => {
      const asked = await Promise.allSettled([double(1), double(2), double(3), double(4)]);
      return asked.every(({ status }) => status === 'fulfilled');
    });
    expect(await lines()).to.have.length(2);
    expect(await lines()).not.to.include.members(before);
  });

  it('give up a statement that is slow', async () => {
    expect(await rejection(reads.raw('select pg_sleep(5)'))).to.include({ code: '57014' });
  });
});
