import { gzipSync } from 'node:zlib';

import { expect } from 'chai';
import { z } from 'zod';

import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { type Route, route } from './define-route.js';
import { Money, PublicId, ReplyMoney, Words } from './wire-types.js';

const Bowl = z.strictObject({
  name: Words(20),
  price: Money,
  story_id: PublicId('story').optional(),
});

const echoRoutes = (): Route[] => [
  route({
    method: 'post',
    path: '/bowls',
    summary: 'Echo a bowl',
    tags: ['Bowls'],
    access: 'anyone',
    body: Bowl,
    status: 201,
    reply: z.object({ name: z.string(), price: ReplyMoney, minor: z.int() }),
    handle: async ({ body }) => ({ ...body, minor: body.price, secret: 'not in the schema' }),
  }),
  route({
    method: 'get',
    path: '/bowls',
    summary: 'List no bowls',
    tags: ['Bowls'],
    access: 'anyone',
    status: 200,
    reply: z.strictObject({ bowls: z.array(z.never()) }),
    handle: async () => ({ bowls: [] }),
  }),
  ...(['user', 'maker', 'admin'] as const).map((access) =>
    route({
      method: 'get',
      path: `/for-${access}`,
      summary: `For ${access}`,
      tags: ['Bowls'],
      access,
      status: 200,
      reply: z.strictObject({ ok: z.boolean() }),
      handle: async () => ({ ok: true }),
    }),
  ),
];

describe('a route', () => {
  const app = useApp({ routes: echoRoutes, keepRows: true });
  const post = (text: string | Buffer, type = 'application/json') =>
    app()
      .request.post('/api/v1/bowls')
      .set('Content-Type', type)
      .serialize((body) => body)
      .send(text as string);
  const outcome = ({ status, body }: { status: number; body: { error?: { code: string } } }) => [
    status,
    body.error?.code,
  ];
  const bowl = { name: 'Bowl', price: 35 };

  it('answers in full whatever the client says it has already', async () => {
    for (const header of ['If-None-Match', 'If-Modified-Since']) {
      const value = header === 'If-None-Match' ? '*' : new Date().toUTCString();
      await app().request.get('/api/v1/bowls').set(header, value).expect(200);
    }
  });

  it('answers in the envelope, and nothing that its schema does not name', async () => {
    const { status, body, headers } = await post(JSON.stringify(bowl)).set(
      'X-Request-Id',
      'my_request-1',
    );
    expect(status).to.equal(201);
    expect(body.data).to.deep.equal({ name: 'Bowl', price: 35, minor: 3_500 });
    expect(body.meta).to.include({ request_id: 'my_request-1', version: 'v1' });
    expect(body.meta.timestamp).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(headers).to.include({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(headers).not.to.have.property('x-powered-by');
  });

  it('names the request itself where the given name is no name', async () => {
    for (const name of ['short', 'a'.repeat(65), 'evil\u001b[31m', '{"x":1}']) {
      const { body } = await post(JSON.stringify(bowl)).set(
        'X-Request-Id',
        name.replace('\u001b', ' '),
      );
      expect(body.meta.request_id).to.match(/^req_[0-9a-z]{26}$/);
    }
  });

  it('refuses what is no JSON, too large, of another type or compressed into a bomb', async () => {
    const text = JSON.stringify(bowl);
    expect(outcome(await post('{"name":'))).to.deep.equal([400, 'MALFORMED_JSON']);
    expect(outcome(await post(`{"name":"${'x'.repeat(103_000)}"}`))[0]).to.equal(413);
    const bomb = post(gzipSync(Buffer.alloc(50_000_000, 32))).set('Content-Encoding', 'gzip');
    expect(outcome(await bomb)).to.deep.equal([413, 'PAYLOAD_TOO_LARGE']);
    for (const type of [
      'text/plain',
      'application/json; charset=utf-7',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/jsonp',
    ]) {
      expect(outcome(await post(text, type)), type).to.deep.equal([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
    expect((await post(text, 'application/json; charset="UTF-8"')).status).to.equal(201);
  });

  it('refuses unknown, misshapen and poisonous fields by name', async () => {
    const cases: [string, RegExp][] = [
      ['{"name":"Bowl","price":35,"status":"accepted"}', /^status$/],
      ['{"name":"Bowl","price":35,"__proto__":{"admin":true}}', /^__proto__$/],
      ['{"name":"Bowl","price":35,"constructor":{"prototype":{"x":1}}}', /^constructor$/],
      ['{"name":7,"price":35}', /^name$/],
      ['{"price":35}', /^name$/],
      ['[]', /^body$/],
      ['{"name":"a\\u0000b","price":35}', /^name$/],
      ['{"name":"a\\ud800b","price":35}', /^name$/],
      ['{"name":"Bowl","price":35,"story_id":"story_nonsense"}', /^story_id$/],
      [`{"name":${'['.repeat(40_000)}${']'.repeat(40_000)}}`, /^body$/],
      [`{${Array.from({ length: 10_000 }, (_, at) => `"k${at}":1`).join()}}`, /^body$/],
    ];
    for (const [text, field] of cases) {
      const answer = await post(text);
      expect(outcome(answer), text.slice(0, 60)).to.deep.equal([422, 'VALIDATION_ERROR']);
      expect(answer.body.error.details[0].field).to.match(field);
    }
    expect(({} as Record<string, unknown>).admin).to.equal(undefined);
  });

  it('answers 404 in the envelope for unknown paths, 405 with Allow for other verbs', async () => {
    expect(outcome(await app().request.get('/api/v1/nothing'))).to.deep.equal([404, 'NOT_FOUND']);
    expect(outcome(await app().request.get('/nothing'))).to.deep.equal([404, 'NOT_FOUND']);
    const put = await app().request.put('/api/v1/bowls').set('X-HTTP-Method-Override', 'POST');
    expect(outcome(put)).to.deep.equal([405, 'METHOD_NOT_ALLOWED']);
    expect(put.headers.allow).to.equal('POST, GET, HEAD, OPTIONS');
    expect((await app().request.head('/api/v1/bowls')).status).to.equal(200);
    expect((await app().request.options('/api/v1/bowls')).status).to.equal(204);
  });

  it('is open to those it names and nobody else', async () => {
    const people: Record<string, TestUser | null> = {
      nobody: null,
      viewer: await app().signUp({ userType: 'viewer' }),
      maker: await app().signUp({ userType: 'maker' }),
      admin: await app().signUp({ userType: 'admin' }),
    };
    const seen: Record<string, number[]> = {};
    for (const [name, person] of Object.entries(people)) {
      seen[name] = [];
      for (const access of ['user', 'maker', 'admin']) {
        const ask = app()
          .request.get(`/api/v1/for-${access}`)
          .set('X-HTTP-Method-Override', 'HEAD');
        seen[name].push((await (person ? ask.set(person.auth) : ask)).status);
      }
    }
    expect(seen).to.deep.equal({
      nobody: [401, 401, 401],
      viewer: [200, 403, 403],
      maker: [200, 200, 403],
      admin: [200, 200, 200],
    });
  });
});

describe('an origin', () => {
  const app = useApp({
    routes: echoRoutes,
    keepRows: true,
    env: { CORS_ORIGINS: 'https://example.com, https://studio.example.com' },
  });
  const allowed = async (origin: string) =>
    (await app().request.get('/api/v1/bowls').set('Origin', origin)).headers[
      'access-control-allow-origin'
    ];

  it('that is listed may read, any other may not', async () => {
    expect(await allowed('https://example.com')).to.equal('https://example.com');
    for (const origin of [
      'null',
      'https://evil-example.com',
      'https://example.com.evil.net',
      'http://example.com',
      'https://sub.example.com',
    ]) {
      expect(await allowed(origin), origin).to.equal(undefined);
    }
  });
});
