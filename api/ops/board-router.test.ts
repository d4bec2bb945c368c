import { UnrecoverableError } from 'bullmq';
import { expect } from 'chai';
import { Secret, TOTP } from 'otpauth';
import { pino } from 'pino';

import { buildMediaFile } from '../../fixtures/build.js';
import { openTestApp, type TestApp, type TestUser, useApp } from '../../fixtures/test-app.js';
import { becomes, jobState } from '../../fixtures/test-jobs.js';
import {
  admitUpload,
  clipJobId,
  clipPayload,
  encodeMedia,
} from '../../pipeline/jobs/media-jobs.js';
import { openQueues } from '../../pipeline/jobs/open-queues.js';
import { getMediaFile } from '../../pipeline/media-file-queries.js';
import { newId } from '../../pipeline/platform/ids.js';
import { objectKey } from '../../pipeline/storage/object-key.js';

const HTML = { Accept: 'text/html' };

describe('the queue board', () => {
  const app = useApp();

  it('is shut for programs and shows people the sign-in', async () => {
    const program = await app().request.get('/ops/queues').expect(401);
    expect(program.body.error.code).to.equal('UNAUTHENTICATED');
    const person = await app().request.get('/ops/queues').set(HTML).expect(401);
    expect(person.text).to.include('action="/ops/login"');
    await app().request.get('/ops/queues/api/queues').expect(401);
    await app().request.get('/ops/queues/static/../api/queues').expect(401);
  });

  it('is forbidden for viewers and makers, whether they come with a token or a password', async () => {
    for (const userType of ['viewer', 'maker'] as const) {
      const user = await app().signUp({ userType });
      await app().request.get('/ops/queues').set(user.auth).expect(403);
      const { status } = await signIn(app(), user);
      expect(status).to.equal(403);
    }
  });

  it('opens for an admin, with a cookie that scripts and other sites cannot use', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const { status, cookie, setCookie } = await signIn(app(), admin);
    expect(status).to.equal(303);
    expect(setCookie).to.match(/^vw_ops=.*; Path=\/ops; .*HttpOnly; SameSite=Strict$/);
    const board = await app().request.get('/ops/queues').set('Cookie', cookie).expect(200);
    expect(board.text).to.include('Video Window');
    expect(board.headers['content-security-policy']).to.include("frame-ancestors 'none'");
    expect(board.headers).to.include({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
    expect(board.headers).not.to.have.property('x-powered-by');
    const api = await app().request.get('/ops/queues/api/queues').set('Cookie', cookie).expect(200);
    expect(api.body.queues.map(({ name }: { name: string }) => name)).to.include('encode-media');
    await app().request.get('/api/v1/users/me').set('Cookie', cookie).expect(401);
  });

  it('asks an admin with two-step sign-in for the second step', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const call = (path: string, body?: object) =>
      app().request.post(`/api/v1/auth/mfa/${path}`).set(admin.auth).send(body);
    const secret = Secret.fromBase32((await call('totp')).body.data.secret);
    const code = new TOTP({ secret }).generate();
    const { body } = await call('totp/verify', { code });
    expect((await signIn(app(), admin)).status).to.equal(401);
    expect((await signIn(app(), admin, { code })).status).to.equal(401);
    const [recovery] = body.data.recovery_codes;
    expect((await signIn(app(), admin, { code: recovery })).status).to.equal(303);
  });

  it('tells of a job what names it and hides the rest', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const { cookie } = await signIn(app(), admin);
    const mediaId = newId();
    await app()
      .context.queues.queue('admit-upload')
      .add(
        'admit-upload',
        { media_id: mediaId, attempt: 1, signed_url: 'https://secret' },
        { jobId: `${mediaId}_1` },
      );
    const { text } = await app()
      .request.get('/ops/queues/api/queues?activeQueue=admit-upload&status=waiting')
      .set('Cookie', cookie)
      .expect(200);
    expect(text).to.include(mediaId);
    expect(text).not.to.match(/signed_url|secret/);
  });

  it('changes nothing: it is read-only, and other sites are refused before that', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const { cookie } = await signIn(app(), admin);
    const pause = (origin: string | null) => {
      const request = app().request.put('/ops/queues/api/queues/encode-media/pause');
      if (origin) request.set('Origin', origin);
      return request.set('Cookie', cookie);
    };
    await pause('https://evil.example').expect(403);
    await pause('null').expect(403);
    await pause(null).expect(403);
    await pause(app().origin).expect(405);
    expect(await app().context.queues.queue('encode-media').isPaused()).to.equal(false);
  });

  it('may be switched to writable', async () => {
    const other = await openTestApp({ env: { BULL_BOARD_WRITABLE: 'true' } });
    try {
      const admin = await other.signUp({ userType: 'admin' });
      const { cookie } = await signIn(other, admin);
      await other.request
        .put('/ops/queues/api/queues/encode-media/pause')
        .set('Cookie', cookie)
        .set('Origin', other.origin)
        .expect(200);
    } finally {
      await other.close();
    }
  });

  it('starts a failed clip again with one press, as an attempt of its own', async () => {
    const other = await openTestApp({ env: { BULL_BOARD_WRITABLE: 'true' } });
    try {
      const { context } = other;
      const admin = await other.signUp({ userType: 'admin' });
      const { cookie } = await signIn(other, admin);
      const press = (path: string) =>
        other.request
          .put(`/ops/queues/api/queues/encode-media/${path}`)
          .set('Cookie', cookie)
          .set('Origin', other.origin);
      const stateOf = (jobId: string) => jobState(context.queues, encodeMedia, jobId);
      const [ours, refused, another] = await failClips(other, [
        'PROCESSING_FAILED',
        'CORRUPT_MEDIA',
        'PROCESSING_FAILED',
      ]);

      await press(`${ours}_1/retry`).expect(204);
      expect(await getMediaFile(context.db, ours ?? '')).to.include({
        status: 'pending',
        attempt: 2,
      });
      expect(await context.queues.isKnown(admitUpload, `${ours}_2`)).to.equal(true);
      expect(await stateOf(`${ours}_1`)).to.equal('unknown');

      const refusal = await press(`${refused}_1/retry`).expect(409);
      expect(refusal.text).to.include('cannot be tried again');
      await press('retry/failed').expect(200);
      expect(await getMediaFile(context.db, another ?? '')).to.include({ attempt: 2 });
      expect(await getMediaFile(context.db, refused ?? '')).to.include({
        status: 'failed',
        attempt: 1,
      });
      expect(await stateOf(`${refused}_1`)).to.equal('failed');
    } finally {
      await other.close();
    }
  });

  it('refuses a sign-in from another site, or without the word of our form', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    expect((await signIn(app(), admin, { origin: 'https://evil.example' })).status).to.equal(403);
    expect((await signIn(app(), admin, { word: 'another' })).status).to.equal(403);
  });

  it('shuts out who guesses, and says no more than the API does', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const guess = { ...admin, password: 'a wrong guess' };
    for (let time = 0; time < 5; time += 1) {
      expect((await signIn(app(), guess)).status).to.equal(401);
    }
    const late = await signIn(app(), admin);
    expect(late.status).to.equal(429);
    expect(late.headers).to.have.property('retry-after');
  });

  it('ends with the sign-out, and when the admin is one no more', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const { cookie, word } = await signIn(app(), admin);
    await app()
      .request.post('/ops/logout')
      .set('Cookie', cookie)
      .type('form')
      .send({ word })
      .expect(303);
    await app().request.get('/ops/queues').set('Cookie', cookie).expect(401);
    const again = await signIn(app(), admin);
    await app().context.db('users').update({ user_type: 'viewer' });
    await app().request.get('/ops/queues').set('Cookie', again.cookie).expect(403);
  });
});

/** Clips that ended with these codes, and the jobs that ended them. @returns their ids */
async function failClips({ context }: TestApp, codes: readonly string[]): Promise<string[]> {
  const { db, storage, config } = context;
  const log = pino({ level: 'silent' });
  const queues = await openQueues(config, { role: 'worker', log });
  const ids: string[] = [];
  try {
    queues.work(encodeMedia, () => Promise.reject(new UnrecoverableError('no')), {
      concurrency: 1,
      log,
    });
    for (const code of codes) {
      const { media_id: id } = await buildMediaFile(db, {
        processing_status: 'failed',
        metadata: {
          stage: 'encoding',
          percent: 0,
          playable: false,
          error: { code, message: 'no' },
        },
      });
      await storage.put(objectKey(`quarantine/${id}`), Buffer.from('a bowl'), {
        contentType: 'video/mp4',
      });
      const jobId = clipJobId(id, 1);
      await queues.add(encodeMedia, clipPayload(id, 1), { jobId });
      await becomes(queues, encodeMedia, jobId, 'failed');
      ids.push(id);
    }
  } finally {
    await queues.close();
  }
  return ids;
}

async function signIn(
  app: TestApp,
  user: Pick<TestUser, 'email' | 'password'>,
  changes: { origin?: string; word?: string; code?: string } = {},
) {
  const form = await app.request.get('/ops/login').expect(200);
  const word = /name="word" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
  const formCookie = cookiesOf(form.headers)[0]?.split(';')[0] ?? '';
  const { status, headers } = await app.request
    .post('/ops/login')
    .set('Origin', changes.origin ?? app.origin)
    .set('Cookie', formCookie)
    .type('form')
    .send({ ...changes, word: changes.word ?? word, email: user.email, password: user.password });
  const setCookie = cookiesOf(headers).find((text) => text.startsWith('vw_ops=')) ?? '';
  return { status, headers, setCookie, word, cookie: `${formCookie}; ${setCookie.split(';')[0]}` };
}

const cookiesOf = (headers: Record<string, unknown>) =>
  (headers['set-cookie'] ?? []) as unknown as string[];
