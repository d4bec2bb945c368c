import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import { z } from 'zod';

import { useApp } from '../../fixtures/test-app.js';
import { until } from '../../fixtures/until.js';
import { type EventStream, eventRoute, toFrame } from './event-stream.js';

const PIECE = 'x'.repeat(100_000);
const Piece = z.strictObject({ text: z.string() });

describe('ending a stream of events', () => {
  const opened: { stream: EventStream<{ text: string }>; waiting: () => number }[] = [];
  const app = useApp({
    keepRows: true,
    routes: () => [
      eventRoute({
        path: '/pieces',
        summary: 'Large events',
        tags: ['Pieces'],
        access: 'anyone',
        event: Piece,
        async handle({ open, request }) {
          const stream = open();
          opened.push({ stream, waiting: () => request.res?.writableLength ?? 0 });
        },
      }),
    ],
  });

  it('says nothing more to a reader that has not taken all of it yet', async () => {
    const socket = connect(Number(new URL(app().origin).port), '127.0.0.1');
    socket.write('GET /api/v1/pieces HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.pause();
    while (!opened[0]) await sleep(10);
    const { stream, waiting } = opened[0];
    while (waiting() === 0) {
      stream.send({ name: 'piece', data: { text: PIECE } });
      await sleep(5);
    }
    stream.end();
    // Written all the same, it would be an error that nobody listens to, and the end of the process.
    stream.send({ name: 'piece', data: { text: 'late' } });
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text = (text + chunk).slice(-200_000);
      if (text.endsWith('0\r\n\r\n')) socket.end();
    });
    socket.resume();
    await once(socket, 'close');
    expect(stream.closed.aborted).to.equal(true);
    expect(text).not.to.include('late');
  });

  it('befalls a reader that lets a mebibyte pile up', async () => {
    const before = opened.length;
    const socket = connect(Number(new URL(app().origin).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /api/v1/pieces HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.pause();
    await until(() => opened.length > before);
    const reader = opened.at(-1);
    if (!reader) throw new Error('no reader');
    const frame = toFrame(Piece, { name: 'piece', data: { text: PIECE } });
    let most = 0;
    await until(async () => {
      reader.stream.write(frame);
      most = Math.max(most, reader.waiting());
      return reader.stream.closed.aborted;
    });
    expect(most).to.be.below(1_400_000);
    socket.destroy();
  });

  it('is what a reader with too many has to do first', async () => {
    const open = () => connect(Number(new URL(app().origin).port), '127.0.0.1');
    const ask = async () => {
      const socket = open();
      socket.write('GET /api/v1/pieces HTTP/1.1\r\nHost: localhost\r\n\r\n');
      const [head] = await once(socket, 'data');
      return { socket, status: Number(String(head).slice(9, 12)), text: String(head) };
    };
    const readers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(new Set(readers.map(({ status }) => status))).to.deep.equal(new Set([200]));
    const refused = await ask();
    expect(refused.status).to.equal(429);
    expect(refused.text).to.include('TOO_MANY_STREAMS').and.include('Retry-After: 10');
    readers[0]?.socket.destroy();
    await until(async () => {
      const next = await ask();
      readers.push(next);
      return next.status === 200;
    });
    for (const { socket } of [...readers, refused]) socket.destroy();
  });
});
