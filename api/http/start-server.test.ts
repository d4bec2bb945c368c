import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { z } from 'zod';

import { openTestApp, type TestApp, useApp } from '../../fixtures/test-app.js';
import { createApp } from '../app.js';
import { type Route, route } from './define-route.js';
import { eventRoute } from './event-stream.js';
import { startServer } from './start-server.js';

let slowBegins = () => {};
const nextSlow = () =>
  new Promise<void>((resolve) => {
    slowBegins = resolve;
  });

const slowRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/slow',
    summary: 'Take a while',
    tags: ['Slow'],
    access: 'anyone',
    status: 200,
    reply: z.strictObject({ done: z.boolean() }),
    async handle() {
      slowBegins();
      await sleep(400);
      return { done: true };
    },
  }),
  eventRoute({
    path: '/ticks',
    summary: 'Tick',
    tags: ['Slow'],
    access: 'user',
    event: z.strictObject({ tick: z.int(), after: z.string().nullable() }),
    async handle({ open, lastEventId }) {
      const stream = open();
      stream.send({ name: 'tick', id: 7, data: { tick: 1, after: lastEventId } });
    },
  }),
];

describe('the server', () => {
  const app = useApp({ routes: slowRoutes, keepRows: true });
  const http = { ...{ host: '127.0.0.1', port: 0, drainSeconds: 5 } };
  const start = (changes: { port?: number; drainSeconds?: number } = {}) =>
    startServer(createApp(app().context, slowRoutes()), {
      ...app().context.config.http,
      ...http,
      ...changes,
    });

  it('answers some requests that are sent at once, and closes on who sends many', async () => {
    const server = await start();
    const { port } = new URL(server.address);
    const ask = async (times: number) => {
      const socket = connect(Number(port), '127.0.0.1');
      let heard = '';
      socket.on('data', (chunk) => {
        heard += chunk;
        if (heard.split('HTTP/1.1 200').length > times) socket.end();
      });
      socket.on('error', () => {});
      socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(times));
      await once(socket, 'close');
      return heard.split('HTTP/1.1 200').length - 1;
    };
    expect(await ask(16)).to.equal(16);
    expect(await ask(200)).to.be.below(200);
    await server.drain();
  });

  it('lets a running request end and takes no new one when it drains', async () => {
    const server = await start();
    const begun = nextSlow();
    const running = fetch(`${server.address}/api/v1/slow`);
    await begun;
    const drained = server.drain();
    await sleep(50);
    const late = await fetch(`${server.address}/health/live`).catch((err) => err.cause.code);
    expect(late).to.equal('ECONNREFUSED');
    expect((await running).status).to.equal(200);
    await drained;
  });

  it('cuts what does not end in time', async () => {
    const server = await start({ drainSeconds: 0.1 });
    const begun = nextSlow();
    const cut = fetch(`${server.address}/api/v1/slow`).then(
      () => 'answered',
      () => 'cut',
    );
    await begun;
    await server.drain();
    expect(await cut).to.equal('cut');
  });

  it('says that a port is taken', async () => {
    const server = await start();
    const failure = await start({ port: Number(new URL(server.address).port) }).catch((err) => err);
    expect(failure.message).to.match(/^Port \d+ of 127\.0\.0\.1 is taken/);
    await server.drain();
  });
});

describe('a stream of events', () => {
  const app = useApp({ routes: slowRoutes, keepRows: true });
  const listen = async (on: TestApp, headers: Record<string, string>) => {
    const response = await fetch(`${on.origin}/api/v1/ticks`, { headers });
    return { response, text: readAll(response) };
  };

  it('sends events with their ids, says when to come back, and knows the last one seen', async () => {
    const other = await openTestApp({ routes: slowRoutes });
    try {
      const { auth } = await other.signUp();
      const { response, text } = await listen(other, { ...auth, 'Last-Event-ID': '6' });
      expect(response.headers.get('content-type')).to.match(/^text\/event-stream/);
      expect(response.headers.get('cache-control')).to.include('no-transform');
      await sleep(100);
      other.drain();
      expect(await text).to.equal(
        'retry: 2000\n\nid: 7\nevent: tick\ndata: {"tick":1,"after":"6"}\n\nretry: 1000\n\n',
      );
    } finally {
      await other.close();
    }
  });

  it('is refused in the envelope before it opens', async () => {
    const { body } = await app().request.get('/api/v1/ticks').expect(401);
    expect(body.error.code).to.equal('UNAUTHENTICATED');
  });

  it('is over at once for HEAD', async () => {
    const { auth } = await app().signUp();
    const asked = fetch(`${app().origin}/api/v1/ticks`, { method: 'HEAD', headers: auth });
    const answer = await Promise.race([asked, sleep(5_000, null, { ref: false })]);
    expect(answer?.headers.get('content-type')).to.match(/^text\/event-stream/);
  });

  it('ends when the session does', async () => {
    const { auth, userId } = await app().signUp();
    const { text } = await listen(app(), auth);
    await app()
      .context.db('sessions')
      .where({ user_id: userId })
      .update({ ended_at: new Date(), end_reason: 'logout' });
    expect(await Promise.race([text, sleep(40_000, 'still open', { ref: false })])).to.include(
      'event: tick',
    );
  });
});

describe('odd requests', () => {
  const app = useApp({ keepRows: true });
  const send = async (lines: readonly string[]) => {
    const socket = connect(Number(new URL(app().origin).port), '127.0.0.1').setEncoding('utf8');
    socket.end(`${lines.join('\r\n')}\r\n\r\n`);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await once(socket, 'close');
    return text;
  };

  it('with two Host headers are refused', async () => {
    const text = await send([
      'GET /health/live HTTP/1.1',
      'Host: a',
      'Host: b',
      'Connection: close',
    ]);
    expect(text).to.match(/^HTTP\/1\.1 400 /);
    expect(text).to.include('MALFORMED_REQUEST');
  });

  it('with an address of another host are answered as our own', async () => {
    const text = await send([
      'GET http://evil.example/api/v1/users/me HTTP/1.1',
      'Host: evil.example',
      'Connection: close',
    ]);
    expect(text).to.match(/^HTTP\/1\.1 401 /);
  });

  it('that cannot be read at all are refused in the envelope, with a code', async () => {
    const bodyOf = (text: string) => JSON.parse(text.split('\r\n\r\n')[1] ?? '');
    const long = await send([
      'GET /health/live HTTP/1.1',
      'Host: a',
      `X-Long: ${'a'.repeat(17_000)}`,
    ]);
    expect(long).to.match(/^HTTP\/1\.1 431 /);
    expect(bodyOf(long)).to.have.nested.property('error.code', 'HEADERS_TOO_LARGE');
    expect(bodyOf(long).meta.request_id).to.match(/^req_/);
    const noise = await send(['\x16\x03\x01 is no HTTP']);
    expect(noise).to.match(/^HTTP\/1\.1 400 /);
    expect(bodyOf(noise)).to.have.nested.property('error.code', 'MALFORMED_REQUEST');
  });

  it('that cannot be read and begin with HEAD get no body, which would be read as another answer', async () => {
    const text = await send(['HEAD / HTTP/1.1', 'Host: a', `X-Long: ${'a'.repeat(17_000)}`]);
    expect(text).to.match(/^HTTP\/1\.1 431 [\s\S]*\r\n\r\n$/);
  });

  it('that smuggle are refused, once', async () => {
    for (const lines of [
      ['Content-Length: 3', 'Transfer-Encoding: chunked'],
      ['Content-Length: 3', 'Content-Length: 4'],
      ['Transfer-Encoding: xchunked'],
      ['Content-Length: +2'],
    ]) {
      const text = await send(['POST /api/v1/auth/login HTTP/1.1', 'Host: a', ...lines]);
      expect(text.match(/HTTP\/1\.1 /g), lines.join()).to.have.length(1);
      expect(text, lines.join()).to.match(/^HTTP\/1\.1 400 /);
    }
  });
});

async function readAll(response: Response): Promise<string> {
  let text = '';
  for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  return text;
}
