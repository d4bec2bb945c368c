import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';

import { buildMediaFile, buildStory } from '../../fixtures/build.js';
import { followEvents } from '../../fixtures/event-reader.js';
import { refusalOf } from '../../fixtures/refusal.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('the clips of a story', () => {
  const app = useApp();
  let alice: TestUser;
  let story: string;
  let ids: string[];

  beforeEach(async () => {
    const { db } = app().context;
    alice = await app().signUp();
    const { story_id } = await buildStory(db, { maker_id: alice.userId });
    story = toPublicId('story', story_id);
    ids = [];
    for (let clip = 0; clip < 3; clip += 1) {
      ids.push(toPublicId('media', (await buildMediaFile(db, { story_id })).media_id));
    }
  });

  const list = async (user: TestUser | null = alice) =>
    app()
      .request.get(`/api/v1/stories/${story}/clips`)
      .set({ ...user?.auth });
  const order = async () =>
    (await list()).body.data.clips.map((clip: { media_id: string }) => clip.media_id);
  const arrange = (clips: object[], user = alice) =>
    app().request.put(`/api/v1/stories/${story}/clips`).set(user.auth).send({ clips });
  const remove = (mediaId: string, user = alice) =>
    app().request.delete(`/api/v1/stories/${story}/clips/${mediaId}`).set(user.auth);
  it('are listed in their order, to their maker whole, to viewers without what is private', async () => {
    expect(await order()).to.deep.equal(ids);
    expect((await list()).body.data.clips[0]).to.include({ filename: 'bowl.mp4', position: 0 });
    expect((await list(null)).status).to.equal(404);
    await app().context.db('stories').update({ status: 'published' });
    await app().context.db('media_files').update({ processing_status: 'completed' });
    const seen = (await list(null)).body.data.clips[0];
    expect(seen).to.include({ filename: null, size: null, can_retry: false });
  });

  it('are put in another order and given labels', async () => {
    const [first = '', second = '', third = ''] = ids;
    const arranged = await arrange([
      { media_id: third, context: 'In Use' },
      { media_id: first },
      { media_id: second },
    ]);
    expect(arranged.status).to.equal(200);
    expect(await order()).to.deep.equal([third, first, second]);
    await arrange([{ media_id: first }, { media_id: third }, { media_id: second, context: null }]);
    expect((await list()).body.data.clips[1]).to.include({ media_id: third, context: 'In Use' });
  });

  it('are arranged whole or not at all', async () => {
    const [first = '', second = '', third = ''] = ids.map((media_id) => media_id);
    const foreign = toPublicId('media', (await buildMediaFile(app().context.db)).media_id);
    for (const wrong of [
      [first, second],
      [first, second, second],
      [first, second, foreign],
      [first, second, third, foreign],
      [],
    ]) {
      const answer = arrange(wrong.map((media_id) => ({ media_id })));
      expect(await refusalOf(answer)).to.deep.equal([409, 'CLIPS_CHANGED']);
    }
    const long = arrange([{ media_id: first, context: 'x'.repeat(31) }]);
    expect(await refusalOf(long)).to.deep.equal([422, 'VALIDATION_ERROR']);
    expect(await refusalOf(arrange([{ media_id: 'x' }]))).to.deep.equal([422, 'VALIDATION_ERROR']);
    expect(await order()).to.deep.equal(ids);
  });

  it('are taken out, and what they have in storage is swept', async () => {
    const [first = '', second = '', third = ''] = ids;
    expect((await remove(second)).status).to.equal(204);
    expect(await order()).to.deep.equal([first, third]);
    expect(await refusalOf(remove(second))).to.deep.equal([404, 'MEDIA_NOT_FOUND']);
    expect(await app().context.db('object_removals')).to.have.length(2);
  });

  it('change for their maker only, and only while the story is a draft', async () => {
    const [first = ''] = ids;
    const bob = await app().signUp();
    const same = ids.map((media_id) => ({ media_id }));
    expect(await refusalOf(remove(first, bob))).to.deep.equal([404, 'STORY_NOT_FOUND']);
    expect(await refusalOf(arrange(same, bob))).to.deep.equal([404, 'STORY_NOT_FOUND']);
    await app().context.db('stories').update({ status: 'submitted' });
    expect(await refusalOf(remove(first))).to.deep.equal([409, 'STORY_NOT_DRAFT']);
    expect(await refusalOf(arrange(same))).to.deep.equal([409, 'STORY_NOT_DRAFT']);
  });

  it('are not taken out of a story that they are not in', async () => {
    const { story_id } = await buildStory(app().context.db, { maker_id: alice.userId });
    const path = `/api/v1/stories/${toPublicId('story', story_id)}/clips/${ids[0]}`;
    expect(await refusalOf(app().request.delete(path).set(alice.auth))).to.deep.equal([
      404,
      'MEDIA_NOT_FOUND',
    ]);
    expect(await order()).to.deep.equal(ids);
  });

  it('are listed across stories, newest first', async () => {
    const page = await app().request.get('/api/v1/users/me/clips?limit=2').set(alice.auth);
    expect(page.body.data.clips.map((clip: { media_id: string }) => clip.media_id)).to.deep.equal(
      ids.toReversed().slice(0, 2),
    );
    expect(page.body.data.clips[0]).to.include({ position: 2, story_id: story });
    expect(page.body.data.pagination).to.include({ total: 3, has_more: true });
  });

  it('are followed live, changes of any of them and of their order', async () => {
    const stream = await followEvents(app(), `/stories/${story}/clips/events`, alice.auth);
    const first = await stream.next();
    expect(first.name).to.equal('clips');
    expect(first.data.clips.map(({ media_id }) => media_id)).to.deep.equal(ids);
    await arrange(ids.toReversed().map((media_id) => ({ media_id })));
    expect((await stream.next()).data.clips[0]).to.include({ media_id: ids[2] });
    await remove(ids[0] ?? '');
    expect((await stream.next()).data.clips).to.have.length(2);
    await app().request.post(`/api/v1/media/${ids[1]}/cancel`).set(alice.auth);
    const last = await stream.next();
    expect(last.data.clips[1]).to.include({ status: 'failed' });
    await stream.stop();
    const again = await followEvents(app(), `/stories/${story}/clips/events`, {
      ...alice.auth,
      'Last-Event-ID': last.id,
    });
    await sleep(300);
    expect(again.told).to.deep.equal([]);
    await again.stop();
  });
});
