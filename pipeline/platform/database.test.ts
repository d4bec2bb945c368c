import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { useDatabase } from '../../fixtures/database.js';
import { openDatabase } from './database.js';

describe('closing the database', () => {
  const database = useDatabase({ keepRows: true });

  it('waits for a query under way, which nobody waits for, and ends', async () => {
    const { url } = database();
    const { db, close } = openDatabase({ url, poolSize: 2 }, { applicationName: 'vw-test' });
    const slow = db.raw('select pg_sleep(0.3), 7 as answer').then(
      ({ rows }) => rows[0].answer,
      (error: Error) => error.message,
    );
    await db.raw('select 1');
    expect(await Promise.race([close().then(() => 'closed'), sleep(5_000, 'hangs')])).to.equal(
      'closed',
    );
    expect(await slow).to.equal(7);
  });
});
