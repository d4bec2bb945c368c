// Asks clamd whether a file is malware, by its INSTREAM command: a length before each chunk, a length of 0 at the end.

import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';

import { MediaError } from '../pipeline/media-error.js';

/** The scanner did not give a verdict: admission waits for one. */
export class ScannerUnavailableError extends Error {
  override readonly name = 'ScannerUnavailableError';
}

const CHUNK_BYTES = 64 * 1024;
const IDLE_MS = 60_000;
const MAX_REPLY_BYTES = 4_096;

/**
 * A `host` that starts with a slash is the path of clamd's local socket.
 * @throws MediaError MALWARE_FOUND
 * @throws ScannerUnavailableError where clamd is down, silent, or refuses to look (its StreamMaxLength)
 */
export async function scanFile(
  scanner: { host: string; port: number },
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const reply = await ask(scanner, path, signal).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new ScannerUnavailableError('the scanner does not answer', { cause });
  });
  if (/^stream: OK$/.test(reply)) return;
  const found = /^stream: (.+) FOUND$/.exec(reply);
  if (!found) throw new ScannerUnavailableError(`the scanner gave no verdict: ${reply}`);
  throw new MediaError('MALWARE_FOUND', `A virus scanner objects to this file (${found[1]}).`);
}

async function ask(
  { host, port }: { host: string; port: number },
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const socket = host.startsWith('/') ? connect({ path: host }) : connect({ host, port });
  socket.setTimeout(IDLE_MS, () => socket.destroy(new Error('the scanner fell silent')));
  const abort = () => socket.destroy(new Error('stopped'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    const reply = readReply(socket);
    // clamd answers and closes early where it has seen enough: its words count, not our broken pipe.
    const sent = send(socket, path).catch(() => {});
    const words = await reply;
    await sent;
    return words;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

async function send(socket: Socket, path: string): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    await write(socket, Buffer.concat([lengthOf(chunk), chunk]));
  }
  await write(socket, lengthOf(Buffer.alloc(0)));
}

const write = (socket: Socket, bytes: Buffer) =>
  new Promise<void>((resolve, reject) => {
    if (socket.destroyed) return reject(new Error('the scanner hung up'));
    socket.write(bytes, (err) => (err ? reject(err) : resolve()));
  });

function lengthOf(chunk: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}

function readReply(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = () => resolve(text.replace(/[\0\n]+$/, ''));
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\0') || text.length > MAX_REPLY_BYTES) finish();
    });
    socket.on('error', (err) => (text ? finish() : reject(err)));
    socket.on('close', () => (text ? finish() : reject(new Error('the scanner hung up'))));
  });
}
