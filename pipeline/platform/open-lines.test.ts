import { expect } from 'chai';

import { useDatabase } from '../../fixtures/database.js';
import { rejection } from '../../fixtures/rejection.js';
import { type Lines, openLines, UnknownEnd } from './open-lines.js';

describe('a transaction on a line', () => {
  const database = useDatabase();
  let lines: Lines;
  beforeEach(async () => {
    lines = openLines(database(), {
      ...{ applicationName: 'a line', count: 1, lockTimeoutMs: 100, statementTimeoutMs: 1_000 },
    });
    await database().db.raw('create table marks (id int primary key check (id > 0))');
  });
  afterEach(async () => {
    await lines.close();
    await database().db.raw('drop table marks');
  });
  const marks = async () => (await database().db('marks').orderBy('id')).map(({ id }) => id);
  const mark = 'insert into marks values (?)';

  it('commits what was sent and not waited for', async () => {
    for (const id of [1, 3]) {
      await lines.transaction(async (sql) => {
        void sql.raw(mark, [id]);
        void sql.raw(mark, [id + 1]);
      });
    }
    expect(await marks()).to.deep.equal([1, 2, 3, 4]);
  });

  it('throws what the server refused, commits nothing, and goes on', async () => {
    const refused = await rejection(
      lines.transaction(async (sql) => {
        void sql.raw(mark, [1]);
        void sql.raw(mark, [-1]);
        void sql.raw(mark, [2]);
      }),
    );
    expect(refused).to.include({ code: '23514' });
    await lines.transaction(async (sql) => void sql.raw(mark, [3]));
    expect(await marks()).to.deep.equal([3]);
  });

  it('takes back what was sent where it is not gone through with', async () => {
    const given = new Error('given up');
    const thrown = await rejection(
      lines.transaction(async (sql) => {
        await sql.raw(mark, [1]);
        throw given;
      }),
    );
    expect(thrown).to.equal(given);
    expect(await marks()).to.deep.equal([]);
  });

  it('waits for a lock no longer than it may', async () => {
    await database().db.transaction(async (trx) => {
      await trx.raw('lock table marks');
      const busy = await rejection(
        lines.transaction(async (sql) => void (await sql.raw(mark, [1]))),
      );
      expect(busy).to.include({ code: '55P03' });
    });
  });

  it('knows when it cannot know: the connection ends while COMMIT is done', async () => {
    await database().db.raw(`
      create function end_line() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create constraint trigger ends after insert on marks deferrable initially deferred
        for each row execute function end_line()`);
    const unknown = await rejection(
      lines.transaction(async (sql) => void (await sql.raw(mark, [1]))),
    );
    expect(unknown).to.be.instanceOf(UnknownEnd);
    await database().db.raw('drop function end_line cascade');
    await lines.transaction(async (sql) => void sql.raw(mark, [2]));
    expect(await marks()).to.include(2);
  });
});
