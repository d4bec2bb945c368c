import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect } from 'chai';

import { useGoodStream } from '../fixtures/good-stream.js';
import { ObjectMissing } from '../pipeline/hls-objects.js';
import { contentTypeOf } from '../pipeline/storage/content-type.js';
import { checkStreamAt } from './check-stream.js';

/** Answers one request, or leaves it to the good server. */
type Odd = (request: IncomingMessage, response: ServerResponse) => boolean;

describe('checking a stream over HTTP', () => {
  const good = useGoodStream({ captions: true });
  let odd: Odd = () => false;
  let ranges: string[] = [];
  const server = createServer((request, response) => {
    if (!odd(request, response)) void serve(good().folder, request, response);
    if (request.headers.range) ranges.push(request.headers.range);
  });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = () => `${origin()}/multivariant.m3u8`;
  const rulesBroken = async () => (await checkStreamAt(url())).map(({ rule }) => rule);

  before((done) => void server.listen(0, '127.0.0.1', done));
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });
  beforeEach(() => {
    odd = () => false;
    ranges = [];
  });

  it('finds nothing wrong with a good one', async () => {
    expect(await checkStreamAt(url())).to.deep.equal([]);
    expect(ranges).not.to.be.empty;
  });

  const wrong: readonly (readonly [string, string, Odd])[] = [
    ['playlists as plain text', 'mime-types', only('.m3u8', { 'content-type': 'text/plain' })],
    [
      'media of no known type',
      'mime-types',
      only('.mp4', { 'content-type': 'application/octet-stream' }),
    ],
    ['subtitles as plain text', 'mime-types', only('.vtt', { 'content-type': 'text/plain' })],
    ['playlists that are not compressed', 'gzip-playlists', withoutHeader('accept-encoding')],
    ['media that ignores byte ranges', 'byte-ranges', withoutHeader('range')],
    [
      'media behind a redirect',
      'no-redirects',
      ({ url: path = '' }, response) => {
        if (!path.endsWith('.mp4') || path.includes('moved')) return false;
        response.writeHead(302, { location: `/moved${path}` }).end();
        return true;
      },
    ],
    [
      'media that is gone',
      'objects-exist',
      ({ url: path = '' }, response) => {
        if (!path.endsWith('audio.mp4')) return false;
        response.writeHead(404).end();
        return true;
      },
    ],
  ];
  for (const [name, rule, answer] of wrong) {
    it(`finds ${name} (${rule})`, async () => {
      odd = answer;
      expect(await rulesBroken()).to.include(rule);
    });
  }

  it('sends cookies to the stream’s own origin', async () => {
    odd = ({ headers }, response) => {
      if (headers.cookie === 'a=1; b=2') return false;
      response.writeHead(403).end();
      return true;
    };
    expect(await checkStreamAt(url(), { cookies: 'a=1; b=2' })).to.deep.equal([]);
    const refused = await checkStreamAt(url()).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(ObjectMissing);
    expect((refused as Error).message).to.equal('/multivariant.m3u8 answers 403');
  });

  it('says so where nobody answers', async () => {
    const refused = await checkStreamAt('http://127.0.0.1:1/x.m3u8').catch(
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(ObjectMissing);
  });
});

/** Sends other headers with files of one kind. */
function only(extension: string, headers: Record<string, string>): Odd {
  return ({ url = '' }, response) => {
    if (url.endsWith(extension)) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    }
    return false;
  };
}

/** A server that does not understand one header of requests. */
function withoutHeader(name: string): Odd {
  return ({ headers }) => {
    delete headers[name];
    return false;
  };
}

async function serve(folder: string, request: IncomingMessage, response: ServerResponse) {
  const name = basename(request.url ?? '');
  const isPlaylist = name.endsWith('.m3u8');
  const bytes = await readFile(join(folder, name));
  if (!response.hasHeader('content-type')) response.setHeader('content-type', contentTypeOf(name));
  if (isPlaylist && request.headers['accept-encoding'] === 'gzip') {
    response.setHeader('content-encoding', 'gzip').end(gzipSync(bytes));
    return;
  }
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (from === undefined || to === undefined) {
    response.end(bytes);
    return;
  }
  const end = Math.min(Number(to), bytes.length - 1);
  response.setHeader('content-range', `bytes ${from}-${end}/${bytes.length}`);
  response.writeHead(206).end(bytes.subarray(Number(from), end + 1));
}
