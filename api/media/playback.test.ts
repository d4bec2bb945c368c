import { expect } from 'chai';

import { buildMediaFile, buildStory } from '../../fixtures/build.js';
import { buildPlayableClip } from '../../fixtures/playable-clip.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('asking for playback', () => {
  const app = useApp();
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

  it('opens a clip of a visible story to anybody, for five minutes', async () => {
    const answer = await ask(mediaId);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    const at = `${app().origin}/media/${mediaId}/r1`;
    expect(answer.body.data).to.include({
      media_id: toPublicId('media', mediaId),
      playlist_url: `${at}/multivariant.m3u8`,
      poster_url: `${at}/poster-640.jpg`,
      storyboard_url: `${at}/storyboard.vtt`,
      renew_after_seconds: 240,
    });
    const left = Date.parse(answer.body.data.expires_at) - Date.now();
    expect(left).to.be.within(298_000, 300_000);
    for (const cookie of answer.headers['set-cookie'] as unknown as string[]) {
      expect(cookie).to.match(/^CloudFront-(Policy|Signature|Key-Pair-Id)=[A-Za-z0-9_~-]+; /);
      expect(cookie).to.include(`Path=/media/${mediaId}/`).and.include('Max-Age=300');
      expect(cookie).to.include('HttpOnly').and.include('SameSite=Lax').and.not.include('Secure');
    }
  });

  it('opens a draft’s clip to its maker and to admins, and to nobody else', async () => {
    await app().context.db('stories').update({ status: 'draft' });
    const root = await app().signUp({ userType: 'admin' });
    const bob = await app().signUp();
    expect((await ask(mediaId, alice)).status).to.equal(200);
    expect((await ask(mediaId, root)).status).to.equal(200);
    expect(await refusalOf(ask(mediaId, bob))).to.deep.equal([404, 'MEDIA_NOT_FOUND']);
    expect(await refusalOf(ask(mediaId))).to.deep.equal([404, 'MEDIA_NOT_FOUND']);
  });

  it('lets the maker see the poster before the clip can be played', async () => {
    const { metadata } = await app().context.db('media_files').first();
    const early = { ...metadata, stage: 'encoding', playable: false, playlist: undefined };
    await app()
      .context.db('media_files')
      .update({
        metadata: JSON.stringify(early),
        processing_status: 'processing',
      });
    await app().context.db('stories').update({ status: 'draft' });
    const { body } = await ask(mediaId, alice);
    expect(body.data.playlist_url).to.equal(null);
    expect(body.data.poster_url).to.include('poster-640.jpg');
    await app()
      .context.db('media_files')
      .update({
        metadata: JSON.stringify({ ...early, poster: undefined }),
      });
    expect(await refusalOf(ask(mediaId, alice))).to.deep.equal([409, 'NOT_PLAYABLE']);
  });

  it('lets the maker play what is playable before all of it is encoded, and nobody else', async () => {
    const { metadata } = await app().context.db('media_files').first();
    await app()
      .context.db('media_files')
      .update({
        metadata: JSON.stringify({ ...metadata, stage: 'encoding', early_revision: 'r1' }),
        processing_status: 'processing',
        revision: 'r1',
      });
    const bob = await app().signUp();
    const { body } = await ask(mediaId, alice);
    expect(body.data.playlist_url).to.include('/r1/multivariant.m3u8');
    expect(await refusalOf(ask(mediaId, bob))).to.deep.equal([404, 'MEDIA_NOT_FOUND']);
    expect(await refusalOf(ask(mediaId))).to.deep.equal([404, 'MEDIA_NOT_FOUND']);
  });

  it('ends at once with a takedown, with the clip and with an unknown one', async () => {
    const answers = [await refusalOf(ask('01890000-0000-7000-8000-000000000000'))];
    await app().context.db('stories').update({ taken_down_at: new Date() });
    answers.push(await refusalOf(ask(mediaId, alice)));
    await app().context.db('stories').update({ taken_down_at: null });
    await app().context.db('media_files').update({ deleted_at: new Date() });
    answers.push(await refusalOf(ask(mediaId, alice)));
    expect(answers).to.deep.equal(Array(3).fill([404, 'MEDIA_NOT_FOUND']));
  });
});

describe('playing behind a public address', () => {
  const app = useApp({
    env: {
      PUBLIC_URL: 'https://video.example',
      CORS_ORIGINS: 'https://shop.example',
      PLAYBACK_COOKIE_SECONDS: '60',
    },
  });
  const answer = async (headers: Record<string, string> = {}) => {
    const { db } = app().context;
    const { story_id, maker_id } = await buildStory(db, { status: 'published' });
    const { media_id } = await buildMediaFile(db, {
      story_id,
      owner_id: maker_id,
      processing_status: 'completed',
      metadata: {
        stage: 'completed',
        percent: 100,
        playable: true,
        playlist: 'media/x/r1/multivariant.m3u8',
      },
    });
    return app()
      .request.post(`/api/v1/media/${toPublicId('media', media_id)}/playback`)
      .set(headers);
  };

  it('makes cookies that travel over TLS only', async () => {
    const { body, headers } = await answer();
    expect(body.data.playlist_url).to.equal('https://video.example/media/x/r1/multivariant.m3u8');
    expect(body.data.renew_after_seconds).to.equal(48);
    expect(headers['set-cookie']?.[0]).to.include('Secure').and.include('SameSite=Lax');
  });

  it('makes them for a page of another site, where that is listed', async () => {
    const { headers } = await answer({ Origin: 'https://shop.example' });
    expect(headers['set-cookie']?.[0]).to.include('SameSite=None');
  });
});
