import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { buildPlayableClip, PLAYLIST, VIDEO } from '../../fixtures/playable-clip.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { objectKey } from '../../pipeline/storage/object-key.js';
import { signCookies } from './signed-cookies.js';

describe('the edge', () => {
  const told: string[] = [];
  const app = useApp({
    env: { CORS_ORIGINS: 'https://shop.example', LOG_LEVEL: 'warn' },
    log: { write: (line) => void told.push(line) },
  });
  let alice: TestUser;
  let mediaId: string;

  beforeEach(async () => {
    alice = await app().signUp();
    mediaId = (await buildPlayableClip(app(), alice)).media_id;
  });

  const ask = (id: string, user: TestUser | null = null, headers: Record<string, string> = {}) =>
    app()
      .request.post(`/api/v1/media/${toPublicId('media', id)}/playback`)
      .set({ ...user?.auth, ...headers });
  const cookiesOf = (answer: { headers: Record<string, unknown> }) =>
    (answer.headers['set-cookie'] as string[]).map((cookie) => cookie.split(';')[0]).join('; ');
  const get = (file: string, cookie = '', headers: Record<string, string> = {}) =>
    app()
      .request.get(file.startsWith('/') ? file : `/media/${mediaId}/r1/${file}`)
      .set({ Cookie: cookie, ...headers });

  describe('fetching from the edge', () => {
    it('serves what the cookies open, as the right type', async () => {
      const cookie = cookiesOf(await ask(mediaId));
      const playlist = await fetch(`${app().origin}/media/${mediaId}/r1/multivariant.m3u8`, {
        headers: { Cookie: cookie },
      });
      expect(playlist.status).to.equal(200);
      expect(Object.fromEntries(playlist.headers)).to.include({
        'content-type': 'application/vnd.apple.mpegurl',
        'cache-control': 'private, max-age=60',
        'content-encoding': 'gzip',
      });
      expect(await playlist.text()).to.equal(PLAYLIST);
      const video = await get('1080p.mp4', cookie);
      expect(video.headers).to.include({
        'content-type': 'video/mp4',
        'cache-control': 'private, max-age=31536000, immutable',
        'accept-ranges': 'bytes',
        'content-length': '1000',
      });
      expect(VIDEO.equals(video.body)).to.equal(true);
      expect((await get('poster-640.jpg', cookie)).headers['content-type']).to.equal('image/jpeg');
      expect(await refusalOf(get('720p.mp4', cookie))).to.deep.equal([404, 'NOT_FOUND']);
    });

    const ranges: [string, number, string | undefined, number][] = [
      ['bytes=0-99', 206, 'bytes 0-99/1000', 100],
      ['bytes=900-', 206, 'bytes 900-999/1000', 100],
      ['bytes=900-5000', 206, 'bytes 900-999/1000', 100],
      ['bytes=-10', 206, 'bytes 990-999/1000', 10],
      ['bytes=-5000', 206, 'bytes 0-999/1000', 1_000],
      ['bytes=999-999', 206, 'bytes 999-999/1000', 1],
      ['bytes=5-1', 200, undefined, 1_000],
      ['bytes=0-1,5-6', 200, undefined, 1_000],
      ['lines=1-2', 200, undefined, 1_000],
    ];
    for (const [range, status, told, length] of ranges) {
      it(`answers ${range} with ${status}`, async () => {
        const answer = await get('1080p.mp4', cookiesOf(await ask(mediaId)), { Range: range });
        expect(answer.status).to.equal(status);
        expect(answer.headers['content-range']).to.equal(told);
        const start = Number(/\d+/.exec(told ?? '0')?.[0]);
        expect(VIDEO.subarray(start, start + length).equals(answer.body)).to.equal(true);
      });
    }

    it('refuses a range that lies beyond the end', async () => {
      const cookie = cookiesOf(await ask(mediaId));
      for (const range of ['bytes=1000-', 'bytes=-0']) {
        const answer = await get('1080p.mp4', cookie, { Range: range });
        expect([answer.status, answer.body.error.code]).to.deep.equal([
          416,
          'RANGE_NOT_SATISFIABLE',
        ]);
        expect(answer.headers['content-range']).to.equal('bytes */1000');
      }
    });

    it('knows what the viewer has already', async () => {
      const cookie = cookiesOf(await ask(mediaId));
      const { headers } = await get('1080p.mp4', cookie);
      const etag = String(headers.etag);
      expect(
        (await get('1080p.mp4', cookie, { 'If-None-Match': `"x", W/${etag}` })).status,
      ).to.equal(304);
      const same = await get('1080p.mp4', cookie, { 'If-Range': etag, Range: 'bytes=0-9' });
      const other = await get('1080p.mp4', cookie, { 'If-Range': '"old"', Range: 'bytes=0-9' });
      expect([same.status, other.status]).to.deep.equal([206, 200]);
    });

    it('complains of nobody who leaves before the first byte', async () => {
      const { origin } = app();
      const cookie = cookiesOf(await ask(mediaId));
      told.length = 0;
      for (let moment = 0; moment < 12; moment += 0.25) {
        const line = connect(Number(new URL(origin).port), '127.0.0.1');
        const head = [
          `GET /media/${mediaId}/r1/1080p.mp4 HTTP/1.1`,
          `Host: ${new URL(origin).host}`,
          `Cookie: ${cookie}`,
        ];
        line.write(`${head.join('\r\n')}\r\n\r\n`);
        await sleep(moment);
        line.destroy();
        await sleep(10);
      }
      await sleep(200);
      expect(told.filter((text) => text.includes('"level":"error"'))).to.deep.equal([]);
    });

    it('answers HEAD without a body', async () => {
      const cookie = cookiesOf(await ask(mediaId));
      const head = await app().request.head(`/media/${mediaId}/r1/1080p.mp4`).set('Cookie', cookie);
      expect([head.status, head.headers['content-length']]).to.deep.equal([200, '1000']);
    });

    it('sends text unzipped to who cannot read it zipped', async () => {
      const plain = await get('multivariant.m3u8', cookiesOf(await ask(mediaId)), {
        'Accept-Encoding': 'identity',
      });
      expect(plain.headers).not.to.have.property('content-encoding');
      expect(plain.headers.vary).to.include('Accept-Encoding');
    });
  });

  describe('refusing at the edge', () => {
    it('wants cookies, and those of this clip', async () => {
      const other = await buildPlayableClip(app(), alice);
      const cookie = cookiesOf(await ask(other.media_id));
      const garbled = cookie.replace(/Signature=.{9}/, 'Signature=AAAAAAAAA');
      expect(await refusalOf(get('1080p.mp4'))).to.deep.equal([403, 'SIGNATURE_MISSING']);
      expect(await refusalOf(get('1080p.mp4', cookie))).to.deep.equal([403, 'SIGNATURE_INVALID']);
      expect(await refusalOf(get('1080p.mp4', garbled))).to.deep.equal([403, 'SIGNATURE_INVALID']);
      const { headers } = await get('1080p.mp4');
      expect(headers['cache-control']).to.equal('no-store');
    });

    const signed = (resource: string, expiresAt = new Date(Date.now() + 60_000)) =>
      Object.entries(signCookies(app().context.keys.playback, { resource, expiresAt }))
        .map(([name, value]) => `${name}=${value}`)
        .join('; ');

    it('wants them to be of now', async () => {
      const cookie = signed(`${app().origin}/media/${mediaId}/*`, new Date(Date.now() - 1_000));
      expect(await refusalOf(get('1080p.mp4', cookie))).to.deep.equal([403, 'SIGNATURE_EXPIRED']);
    });

    it('shows nothing of quarantine and the originals, whatever the cookies say', async () => {
      const { storage } = app().context;
      await storage.put(objectKey(`originals/${mediaId}/source`), VIDEO, {
        contentType: 'video/mp4',
      });
      for (const key of ['quarantine/secret', 'public/other']) {
        await storage.put(objectKey(key), VIDEO, { contentType: 'video/mp4' });
      }
      const all = signed(`${app().origin}/*`);
      for (const path of [
        `/originals/${mediaId}/source`,
        '/quarantine/secret',
        `/media/../originals/${mediaId}/source`,
        `/media/${mediaId}/../../originals/${mediaId}/source`,
        `/media/${mediaId}/r1/..%2f..%2f..%2fquarantine%2fsecret`,
        `/media/${mediaId}/%2e%2e/%2e%2e/quarantine/secret`,
        `/media/${mediaId}/r1/%00`,
        `/media/${mediaId}/r1/1080p.mp4/`,
        `/media/${mediaId}//1080p.mp4`,
        `/media/${mediaId}/r1/.parts`,
        `/media/${mediaId.toUpperCase()}/r1/1080p.mp4`,
        `/media/${mediaId}/r1/${'a'.repeat(300)}`,
        `/public/${'a'.repeat(300)}`,
        `/public/${'a'.repeat(600)}`,
        '/public/../quarantine/secret',
        '/public/%2e%2e/quarantine/secret',
        '/public/..%2fquarantine/secret',
      ]) {
        const answer = await rawGet(app().origin, path, all);
        expect(answer.status, path).to.be.oneOf([400, 404]);
        expect(answer.body, path).not.to.include(VIDEO.subarray(0, 40).toString('latin1'));
      }
    });

    it('ends at once with a takedown, a deletion and a suspended maker', async () => {
      const { db } = app().context;
      const cookie = cookiesOf(await ask(mediaId));
      const now = async () => refusalOf(get('1080p.mp4', cookie));
      await db('stories').update({ taken_down_at: new Date() });
      expect(await now()).to.deep.equal([403, 'MEDIA_WITHDRAWN']);
      await db('stories').update({ taken_down_at: null });
      await db('users').where({ user_id: alice.userId }).update({ status: 'suspended' });
      expect(await now()).to.deep.equal([403, 'MEDIA_WITHDRAWN']);
      await db('users').update({ status: 'active' });
      expect((await get('1080p.mp4', cookie)).status).to.equal(200);
      await db('media_files').update({ deleted_at: new Date() });
      expect(await now()).to.deep.equal([403, 'MEDIA_WITHDRAWN']);
    });

    it('takes no other verbs', async () => {
      const answer = await app().request.post(`/media/${mediaId}/r1/1080p.mp4`);
      expect([answer.status, answer.headers.allow]).to.deep.equal([405, 'GET, HEAD, OPTIONS']);
    });
  });

  it('shares with listed origins alone, cookies included', async () => {
    const cookie = cookiesOf(await ask(mediaId));
    const friend = await get('1080p.mp4', cookie, { Origin: 'https://shop.example' });
    expect(friend.headers).to.include({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-credentials': 'true',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(friend.headers['access-control-expose-headers']).to.include('Content-Range');
    const stranger = await get('1080p.mp4', cookie, { Origin: 'https://evil-shop.example' });
    expect(stranger.headers).not.to.have.property('access-control-allow-origin');
  });

  it('serves what is public to all, for a year', async () => {
    const key = objectKey(`public/posters/${mediaId}.jpg`);
    await app().context.storage.put(key, Buffer.from('jpeg'), { contentType: 'image/jpeg' });
    const { status, headers } = await get(`/public/posters/${mediaId}.jpg`);
    expect(status).to.equal(200);
    expect(headers['cache-control']).to.equal('public, max-age=31536000, immutable');
  });
});

/** Sends the path as it is: clients and URL parsers would tidy it first. */
async function rawGet(origin: string, path: string, cookie: string) {
  const { hostname, port } = new URL(origin);
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    httpRequest({ hostname, port, path, headers: { Cookie: cookie } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          body: Buffer.concat(parts).toString('latin1'),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}
