import { expect } from 'chai';

import { buildStory } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { announce, pathOf, tusOf } from '../../fixtures/tus.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('beginning an upload', () => {
  const app = useApp({ env: { MEDIA_MAX_BYTES: '2000000', UPLOAD_MAX_UNFINISHED: '8' } });
  let alice: TestUser;
  let storyId: string;

  beforeEach(async () => {
    alice = await app().signUp();
    const { story_id } = await buildStory(app().context.db, { maker_id: alice.userId });
    storyId = toPublicId('story', story_id);
  });

  const tus = (user: TestUser | null = alice) => tusOf(app(), user);
  const rows = (table: string) => app().context.db(table);
  const carousel = async () => (await rows('stories').first()).carousel_config;

  async function begin(length: number, metadata: Record<string, string> = {}) {
    const made = await tus().create(storyId, length, {}, metadata);
    expect(made.status, JSON.stringify(made.body)).to.equal(201);
    return { path: pathOf(made.headers.location), mediaId: String(made.headers['media-id']) };
  }

  it('makes a clip that is uploading, in its place', async () => {
    const made = await tus().create(
      storyId,
      1_000,
      {},
      { filetype: 'video/mp4', context: 'Details' },
    );
    expect(made.status).to.equal(201);
    expect(made.headers).to.include({ 'tus-resumable': '1.0.0', 'cache-control': 'no-store' });
    expect(made.headers.location).to.match(
      /^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/uploads\/[0-9a-f-]{36}$/,
    );
    expect(Date.parse(made.headers['upload-expires'] ?? '')).to.be.greaterThan(Date.now());
    const clip = await app()
      .request.get(`/api/v1/media/${made.headers['media-id']}`)
      .set(alice.auth);
    expect(clip.body.data).to.include({
      status: 'pending',
      stage: 'uploading',
      filename: 'bowl.mp4',
      size: 1_000,
      context: 'Details',
      position: 0,
      can_cancel: false,
    });
  });

  const names: [string, string][] = [
    ['../../etc/passwd', 'passwd'],
    ['C:\\clips\\bowl.mov', 'bowl.mov'],
    ['a\u0001b\r\nc.mp4', 'abc.mp4'],
    ['\u202egpj.mp4', 'gpj.mp4'],
    ['..', 'clip'],
    [`${'x'.repeat(400)}.mp4`, `${'x'.repeat(251)}.mp4`],
    ['<b>"bowl" ünï 🏺.mp4', '<b>"bowl" ünï 🏺.mp4'],
  ];
  for (const [given, kept] of names) {
    it(`keeps ${JSON.stringify(given).slice(0, 40)} as a name only`, async () => {
      await begin(10, { filename: given });
      expect((await rows('media_files').first()).original_filename).to.equal(kept);
    });
  }

  const refusals: [string, object, Record<string, string>, number, string][] = [
    [
      'without a story',
      { 'Upload-Metadata': announce({ filename: 'a.mp4' }) },
      {},
      422,
      'VALIDATION_ERROR',
    ],
    ['with a story id that is none', {}, { story_id: 'story_x' }, 422, 'VALIDATION_ERROR'],
    ['for no story', {}, { story_id: 'story_01h455vb4pex5vsknk084sn02q' }, 404, 'STORY_NOT_FOUND'],
    ['with a name that is no text', {}, { filename: 'a\u0000b' }, 422, 'VALIDATION_ERROR'],
    ['with too long a label', {}, { context: 'x'.repeat(31) }, 422, 'VALIDATION_ERROR'],
    [
      'for a clip that is not of the story',
      {},
      { replaces: 'media_01h455vb4pex5vsknk084sn02q' },
      422,
      'VALIDATION_ERROR',
    ],
    ['that is too large', { 'Upload-Length': '2000001' }, {}, 413, 'TOO_LARGE'],
    ['of no length', { 'Upload-Length': '-5' }, {}, 400, 'MALFORMED_UPLOAD'],
    ['of a length that is no number', { 'Upload-Length': '1e3' }, {}, 400, 'MALFORMED_UPLOAD'],
    [
      'with metadata that is none',
      { 'Upload-Metadata': 'story_id %%%' },
      {},
      400,
      'MALFORMED_UPLOAD',
    ],
    ['in parts', { 'Upload-Concat': 'partial' }, {}, 400, 'UPLOAD_EXTENSION_UNSUPPORTED'],
    ['in another version of tus', { 'Tus-Resumable': '0.2.2' }, {}, 412, 'TUS_VERSION_UNSUPPORTED'],
  ];
  for (const [what, headers, metadata, status, code] of refusals) {
    it(`refuses one ${what}`, async () => {
      const refused = await tus().create(storyId, 10, headers as Record<string, string>, metadata);
      expect([refused.status, refused.body.error?.code]).to.deep.equal([status, code]);
      expect(refused.body).to.have.nested.property('meta.request_id');
      expect(await rows('media_files')).to.have.length(0);
      expect(await rows('uploads')).to.have.length(0);
      expect(await carousel()).to.deep.equal([]);
    });
  }

  it('refuses a length that is to be told later', async () => {
    const refused = await app()
      .request.post('/api/v1/uploads')
      .set({ 'Tus-Resumable': '1.0.0', 'Upload-Defer-Length': '1', ...alice.auth })
      .set('Upload-Metadata', announce({ story_id: storyId }));
    expect(refused.status).to.equal(400);
  });

  it('is for the story’s maker, while it is a draft', async () => {
    const bob = await app().signUp();
    const carol = await app().signUp({ userType: 'viewer' });
    const answers = async (user: TestUser | null) => {
      const { status, body } = await tus(user).create(storyId, 10);
      return [status, body.error.code];
    };
    expect(await answers(null)).to.deep.equal([401, 'UNAUTHENTICATED']);
    expect(await answers(carol)).to.deep.equal([403, 'FORBIDDEN']);
    expect(await answers(bob)).to.deep.equal([404, 'STORY_NOT_FOUND']);
    await rows('stories').update({ status: 'submitted' });
    expect(await answers(alice)).to.deep.equal([409, 'STORY_NOT_DRAFT']);
  });

  it('takes seven clips and not an eighth, also when they come at once', async () => {
    const made = await Promise.all(Array.from({ length: 9 }, () => tus().create(storyId, 10)));
    const refused = made.filter(({ status }) => status !== 201);
    expect(refused.map(({ body }) => body.error.code)).to.deep.equal(
      Array(2).fill('TOO_MANY_CLIPS'),
    );
    expect(await carousel()).to.have.length(7);
  });

  it('begins no more than one maker may have under way, over all stories', async () => {
    await Promise.all(Array.from({ length: 7 }, () => tus().create(storyId, 10)));
    const { story_id } = await buildStory(app().context.db, { maker_id: alice.userId });
    const other = toPublicId('story', story_id);
    expect((await tus().create(other, 10)).status).to.equal(201);
    const refused = await tus().create(other, 10);
    expect([refused.status, refused.body.error.code]).to.deep.equal([429, 'TOO_MANY_UNFINISHED']);
    expect(refused.headers).to.include({ 'retry-after': '60' });
    await rows('media_files').update({ processing_status: 'completed' });
    expect((await tus().create(other, 10)).status).to.equal(201);
  });

  it('tells browsers of other origins nothing, and tus clients what it can', async () => {
    const told = await app()
      .request.options('/api/v1/uploads')
      .set('Origin', 'https://evil.example');
    expect(told.status).to.equal(204);
    expect(told.headers).to.include({ 'tus-version': '1.0.0', 'tus-max-size': '2000000' });
    expect(told.headers).not.to.have.property('access-control-allow-origin');
  });

  it('knows no other verbs', async () => {
    const { path } = await begin(10);
    for (const asked of [
      app().request.get(path),
      app().request.put(path),
      app().request.get('/api/v1/uploads'),
    ]) {
      const refused = await asked.set({ 'Tus-Resumable': '1.0.0', ...alice.auth });
      expect([refused.status, refused.body.error.code]).to.deep.equal([405, 'METHOD_NOT_ALLOWED']);
    }
  });
});
