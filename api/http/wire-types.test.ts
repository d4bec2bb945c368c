import { expect } from 'chai';
import { z } from 'zod';

import { useApp } from '../../fixtures/test-app.js';
import { newId, toPublicId } from '../../pipeline/platform/ids.js';
import { type Route, route } from './define-route.js';
import { FutureTime, Money, PublicId, pageQuery } from './wire-types.js';

const echoRoutes = (): Route[] => [
  route({
    method: 'post',
    path: '/payments',
    summary: 'Echo an amount',
    tags: ['Bowls'],
    access: 'anyone',
    body: z.strictObject({ price: Money }),
    status: 200,
    reply: z.strictObject({ minor: z.int() }),
    handle: async ({ body }) => ({ minor: body.price }),
  }),
  route({
    method: 'get',
    path: '/bowls',
    summary: 'Echo a page',
    tags: ['Bowls'],
    access: 'anyone',
    query: z.strictObject(pageQuery),
    status: 200,
    reply: z.strictObject({ page: z.int(), limit: z.int() }),
    handle: async ({ query }) => query,
  }),
  route({
    method: 'get',
    path: '/bowls/:story_id',
    summary: 'Echo an id',
    tags: ['Bowls'],
    access: 'anyone',
    params: z.strictObject({ story_id: PublicId('story') }),
    status: 200,
    reply: z.strictObject({ id: z.string() }),
    handle: async ({ params }) => ({ id: params.story_id }),
  }),
];

describe('a value on the wire', () => {
  const app = useApp({ routes: echoRoutes, keepRows: true });
  const pay = (price: string) =>
    app()
      .request.post('/api/v1/payments')
      .set('Content-Type', 'application/json')
      .send(`{"price":${price}}`);
  const outcome = ({ status, body }: { status: number; body: { error?: { code: string } } }) => [
    status,
    body.error?.code,
  ];

  it('of an amount is taken exactly or not at all', async () => {
    for (const [text, minor] of [
      ['35', 3_500],
      ['35.1', 3_510],
      ['0.07', 7],
      ['99999999.99', 9_999_999_999],
    ] as const) {
      const { body } = await pay(text);
      expect(body.data?.minor, text).to.equal(minor);
    }
    for (const text of [
      '1e400',
      '-0',
      '-1',
      '35.005',
      '0.30000000000000004',
      '"35"',
      'null',
      '9007199254740993',
      '123456789.00',
      '1e-7',
    ]) {
      expect(outcome(await pay(text)), text).to.deep.equal([422, 'VALIDATION_ERROR']);
    }
  });

  it('of a page counts from 1, of a limit to 100', async () => {
    const page = (query: string) => app().request.get(`/api/v1/bowls${query}`);
    expect((await page('')).body.data).to.deep.equal({ page: 1, limit: 20 });
    expect((await page('?page=3&limit=100')).body.data).to.deep.equal({ page: 3, limit: 100 });
    for (const query of [
      '?page=0',
      '?limit=101',
      '?page=1e3',
      '?page=1000000000',
      '?page=-1',
      '?page=1&page=2',
      '?page[a]=1',
      '?sort=x',
      '?__proto__=1',
      "?page=1'--",
    ]) {
      expect(outcome(await page(query)), query).to.deep.equal([422, 'VALIDATION_ERROR']);
    }
  });

  it('of an id that cannot be is not there; a path that is none is malformed', async () => {
    const get = (id: string) => app().request.get(`/api/v1/bowls/${id}`);
    const id = newId();
    expect((await get(toPublicId('story', id))).body.data).to.deep.equal({ id });
    for (const text of [
      id,
      toPublicId('media', id),
      'story_x',
      '..%2f..%2fetc',
      '%00',
      'a'.repeat(5_000),
    ]) {
      expect(outcome(await get(text)), text).to.deep.equal([404, 'NOT_FOUND']);
    }
    expect((await get('%E0%A4%A')).status).to.equal(400);
  });
});

describe('a time to come', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const schema = FutureTime({ now: () => now });

  it('is read with any offset', () => {
    const read = schema.parse('2026-01-01T02:00:00+01:00');
    expect(read.toISOString()).to.equal('2026-01-01T01:00:00.000Z');
  });

  for (const text of [
    '2026-01-01T00:00:00Z',
    '2025-12-31T23:59:59Z',
    '2027-02-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-06-01',
    1_800_000_000,
  ]) {
    it(`is not ${text}`, () => {
      expect(schema.safeParse(text).success).to.equal(false);
    });
  }
});
