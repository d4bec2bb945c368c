import { expect } from 'chai';

import { buildMediaFile, buildStory } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { getMediaFile } from '../../pipeline/media-file-queries.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

const track = (index: number) => ({
  ...{ index, codec: 'aac', channels: 2, language: null, title: null },
  default: index === 0,
});
const SOURCE = {
  ...{ container: 'mov', video_codec: 'h264', audio_codec: 'aac', width: 640, height: 360 },
  ...{ frame_rate: 30, hdr: null, audio_tracks: [track(0), track(1)] },
};

describe('choosing the track of sound of a clip', () => {
  const app = useApp();
  let alice: TestUser;
  beforeEach(async () => {
    alice = await app().signUp();
  });
  async function build(overrides: Record<string, unknown> = {}) {
    const { db, storage } = app().context;
    const { story_id } = await buildStory(db, { maker_id: alice.userId });
    const { media_id } = await buildMediaFile(db, {
      ...{ story_id, processing_status: 'completed', revision: 'e1-1' },
      metadata: {
        ...{ stage: 'completed', percent: 100, playable: true, source: SOURCE },
        playlist: 'media/x/e1-1/multivariant.m3u8',
      },
      ...overrides,
    });
    const file = await getMediaFile(db, media_id);
    await storage.put((file?.filePath ?? expect.fail()) as never, Buffer.from('x'), {
      contentType: 'video/mp4',
    });
    return { id: media_id, path: `/api/v1/media/${toPublicId('media', media_id)}/audio-track` };
  }
  const put = (path: string, index: unknown, user = alice) =>
    app().request.put(path).set(user.auth).send({ index });

  for (const index of [1, null]) {
    it(`makes the clip anew with ${index === null ? 'no sound' : 'another track'}, still playable`, async () => {
      const { id, path } = await build();
      const answer = await put(path, index);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
      expect(answer.body.data).to.include({
        ...{ status: 'pending', stage: 'queued', percent: 0 },
        ...{ playable: true, audio_track: index },
      });
      const file = await getMediaFile(app().context.db, id);
      expect(file).to.include({ revision: 'e1-1', attempt: 2 });
      expect((await put(path, 0)).body.error.code).to.equal('CLIP_NOT_READY');
    });
  }

  it('refuses tracks that the file does not have', async () => {
    const { path } = await build();
    const answer = await put(path, 2);
    expect([answer.status, answer.body.error.code]).to.deep.equal([422, 'AUDIO_TRACK_UNKNOWN']);
    expect((await put(path, 'one')).status).to.equal(422);
  });

  it('refuses clips that are under way or failed', async () => {
    for (const processing_status of ['pending', 'processing', 'failed']) {
      const { path } = await build({ processing_status });
      const answer = await put(path, 1);
      expect([answer.status, answer.body.error.code]).to.deep.equal([409, 'CLIP_NOT_READY']);
    }
  });

  it('knows nothing of the clips of others', async () => {
    const { path } = await build();
    expect((await put(path, 1, await app().signUp())).body.error.code).to.equal('MEDIA_NOT_FOUND');
  });

  it('is for a draft: a story that is shown would be hidden by it', async () => {
    const { path } = await build();
    for (const status of ['submitted', 'published']) {
      await app().context.db('stories').update({ status });
      const refused = await put(path, 1);
      expect([refused.status, refused.body.error.code]).to.deep.equal([409, 'STORY_NOT_DRAFT']);
    }
  });
});
