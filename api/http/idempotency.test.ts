import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { z } from 'zod';

import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { ApiError } from '../errors.js';
import { type Route, route } from './define-route.js';

/** The act: one more row. What it does first decides how the request ends. */
const actRoutes = (): Route[] =>
  ['/acts', '/other-acts'].map((path) =>
    route({
      method: 'post',
      path,
      summary: 'Act',
      tags: ['Acts'],
      access: 'user',
      idempotent: true,
      body: z.strictObject({ note: z.string() }),
      status: 201,
      reply: z.strictObject({ acts: z.int() }),
      async handle({ body, db }) {
        const [row] = await db('audit_entries')
          .insert({ action: body.note, subject: 'x' })
          .returning('at');
        if (body.note === 'refuse') throw new ApiError(409, 'NOT_NOW', 'Not now.');
        if (body.note === 'slow') await sleep(300);
        return { acts: row ? Number((await db('audit_entries').count())[0]?.count) : 0 };
      },
    }),
  );

describe('a repeatable request', () => {
  const app = useApp({ routes: actRoutes });
  const act = (auth: TestUser['auth'], key: string | null, note = 'note', path = '/acts') => {
    const request = app().request.post(`/api/v1${path}`).set(auth).send({ note });
    return key === null ? request : request.set('Idempotency-Key', key);
  };
  const countActs = async () => Number((await app().context.db('audit_entries').count())[0]?.count);

  it('acts once and gives the first answer again', async () => {
    const { auth } = await app().signUp();
    const first = await act(auth, 'key-1');
    const again = await act(auth, 'key-1');
    expect(first.body.data).to.deep.equal({ acts: 1 });
    expect([again.status, again.body.data]).to.deep.equal([201, { acts: 1 }]);
    expect(again.headers).to.have.property('idempotent-replayed', 'true');
    expect(await countActs()).to.equal(1);
  });

  it('acts every time without a key', async () => {
    const { auth } = await app().signUp();
    await act(auth, null);
    await act(auth, null);
    expect(await countActs()).to.equal(2);
  });

  it('refuses the key with another body', async () => {
    const { auth } = await app().signUp();
    await act(auth, 'key-1');
    const other = await act(auth, 'key-1', 'another note');
    expect([other.status, other.body.error.code]).to.deep.equal([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('knows keys by user and by route', async () => {
    const [alice, bob] = [await app().signUp(), await app().signUp()];
    await act(alice.auth, 'key-1');
    await act(bob.auth, 'key-1');
    await act(alice.auth, 'key-1', 'note', '/other-acts');
    expect(await countActs()).to.equal(3);
  });

  it('acts once of ten at the same time; the others are told to wait or get its answer', async () => {
    const { auth } = await app().signUp();
    const answers = await Promise.all(Array.from({ length: 10 }, () => act(auth, 'key-1', 'slow')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => status === 201 || status === 409)).to.equal(true);
    expect(statuses).to.include(201);
    const busy = answers.find(({ status }) => status === 409);
    expect(busy?.body.error.code).to.equal('IDEMPOTENCY_KEY_IN_USE');
    expect(await countActs()).to.equal(1);
  });

  it('keeps nothing of an act that was refused', async () => {
    const { auth } = await app().signUp();
    expect((await act(auth, 'key-1', 'refuse')).body.error.code).to.equal('NOT_NOW');
    expect(await countActs()).to.equal(0);
    expect((await act(auth, 'key-1')).status).to.equal(201);
  });

  it('forgets after a day', async () => {
    const { auth } = await app().signUp();
    await act(auth, 'key-1');
    await app()
      .context.db('idempotency_keys')
      .update({ created_at: app().context.db.raw(`now() - interval '25 hours'`) });
    expect((await act(auth, 'key-1', 'another note')).status).to.equal(201);
  });

  it('refuses a key that is none', async () => {
    const { auth } = await app().signUp();
    expect((await act(auth, 'x'.repeat(256))).status).to.equal(400);
    expect((await act(auth, 'x'.repeat(10_000))).status).to.equal(400);
    expect((await act(auth, 'x'.repeat(255))).status).to.equal(201);
  });
});
