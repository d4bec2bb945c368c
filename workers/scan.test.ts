import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { MediaError } from '../pipeline/media-error.js';
import { ScannerUnavailableError, scanFile } from './scan.js';

describe('scanning a file', () => {
  const never = new AbortController().signal;
  let folder: string;
  let path: string;
  let clamd: Server | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vw-scan-'));
    path = join(folder, 'source');
    await writeFile(path, Buffer.alloc(300_000, 'x'));
  });
  afterEach(() => void clamd?.close());
  after(() => rm(folder, { recursive: true, force: true }));

  it('sends the whole file and passes what is clean', async () => {
    const received: Buffer[] = [];
    const scanner = await listen((socket) => answerAtEnd(socket, received, 'stream: OK\0'));
    await scanFile(scanner, path, never);
    expect(bodyOf(Buffer.concat(received))).to.equal('x'.repeat(300_000));
  });

  it('refuses what is infected', async () => {
    const scanner = await listen((socket) =>
      answerAtEnd(socket, [], 'stream: Eicar-Test-Signature FOUND\0'),
    );
    const error = await scanFile(scanner, path, never).catch((err: unknown) => err);
    expect(error).to.be.an.instanceOf(MediaError);
    expect(error).to.include({ code: 'MALWARE_FOUND' });
  });

  it('hears a verdict that comes before the end of the file', async () => {
    const scanner = await listen((socket) => {
      socket.once('data', () => socket.end('stream: Evil FOUND\0'));
    });
    const error = await scanFile(scanner, path, never).catch((err: unknown) => err);
    expect(error).to.include({ code: 'MALWARE_FOUND' });
  });

  it('is no verdict when the scanner is down, hangs up or refuses to look', async () => {
    const ends: ((socket: Socket) => void)[] = [
      (socket) => void socket.destroy(),
      (socket) => void socket.once('data', () => socket.end()),
      (socket) => answerAtEnd(socket, [], 'INSTREAM size limit exceeded. ERROR\0'),
    ];
    for (const end of ends) {
      const error = await scanFile(await listen(end), path, never).catch((err: unknown) => err);
      expect(error).to.be.an.instanceOf(ScannerUnavailableError);
    }
    const gone = await listen(() => {});
    await new Promise((done) => clamd?.close(done));
    const error = await scanFile(gone, path, never).catch((err: unknown) => err);
    expect(error).to.be.an.instanceOf(ScannerUnavailableError);
  });

  it('stops when it is told to', async () => {
    const scanner = await listen((socket) => void socket.resume());
    const error = await scanFile(scanner, path, AbortSignal.timeout(50)).catch((err) => err);
    expect(error).to.include({ name: 'TimeoutError' });
  });

  async function listen(serve: (socket: Socket) => void) {
    clamd?.close();
    clamd = createServer((socket) => {
      socket.on('error', () => {});
      serve(socket);
    });
    await new Promise<void>((done) => clamd?.listen(0, '127.0.0.1', done));
    return { host: '127.0.0.1', port: (clamd.address() as AddressInfo).port };
  }
});

function answerAtEnd(socket: Socket, received: Buffer[], reply: string): void {
  socket.on('data', (chunk) => {
    received.push(chunk);
    if (chunk.subarray(-4).equals(Buffer.alloc(4))) socket.end(reply);
  });
}

/** Takes the lengths out of what clamd received. */
function bodyOf(bytes: Buffer): string {
  let at = 'zINSTREAM\0'.length;
  let body = '';
  for (let length = bytes.readUInt32BE(at); length > 0; length = bytes.readUInt32BE(at)) {
    body += bytes.toString('utf8', at + 4, at + 4 + length);
    at += 4 + length;
  }
  return body;
}
