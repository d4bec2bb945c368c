import { expect } from 'chai';

import { buildStory } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('saving a story', () => {
  const app = useApp();
  let bob: TestUser;
  beforeEach(async () => {
    bob = await app().signUp({ userType: 'viewer' });
  });

  it('keeps it in a list of one’s own, last saved first, once', async () => {
    const [bowl, mug] = [await build({ title: 'A bowl' }), await build({ title: 'A mug' })];
    for (const id of [bowl, mug, bowl]) expect(await put(id)).to.equal(204);
    const { body } = await list();
    expect(titles(body)).to.deep.equal(['A mug', 'A bowl']);
    expect(body.data.pagination).to.deep.equal({ page: 1, limit: 20, total: 2, has_more: false });
    expect(body.data.stories[0]).to.have.all.keys(
      ...['story_id', 'title', 'maker', 'thumbnail_url', 'video_duration', 'created_at'],
    );
    const eve = await app().signUp();
    expect((await list(eve)).body.data.stories).to.deep.equal([]);
    expect((await app().request.get('/api/v1/users/me/saves')).status).to.equal(401);
  });

  it('ends when it is taken back, also twice', async () => {
    const id = await build();
    await put(id);
    for (let n = 0; n < 2; n += 1) {
      const { status } = await app().request.delete(addressOf(id)).set(bob.auth);
      expect(status).to.equal(204);
    }
    expect((await list()).body.data.stories).to.deep.equal([]);
  });

  it('is told to whoever asks for themselves', async () => {
    const id = await build();
    const ask = async (who: TestUser) =>
      (await app().request.get(addressOf(id)).set(who.auth)).body.data;
    expect(await ask(bob)).to.deep.equal({ saved: false });
    await put(id);
    expect(await ask(bob)).to.deep.equal({ saved: true });
    expect(await ask(await app().signUp())).to.deep.equal({ saved: false });
  });

  it('is for stories that are shown; one that is hidden later is left out while it is', async () => {
    const draft = await build({ status: 'draft', maker_id: bob.userId });
    expect(await put(draft)).to.equal(409);
    const another = await build({ status: 'draft' });
    expect(await put(another)).to.equal(404);
    const id = await build({ title: 'A bowl' });
    await put(id);
    const { db } = app().context;
    await db('stories').where({ story_id: id }).update({ taken_down_at: new Date() });
    const hidden = (await list()).body.data;
    expect([hidden.stories, hidden.pagination.total]).to.deep.equal([[], 0]);
    await db('stories').where({ story_id: id }).update({ taken_down_at: null });
    expect(titles((await list()).body)).to.deep.equal(['A bowl']);
  });

  const build = async (columns: Readonly<Record<string, unknown>> & { maker_id?: string } = {}) =>
    (
      await buildStory(app().context.db, {
        status: 'published',
        published_at: new Date(),
        ...columns,
      })
    ).story_id;

  const addressOf = (id: string) => `/api/v1/stories/${toPublicId('story', id)}/save`;
  const put = async (id: string) => (await app().request.put(addressOf(id)).set(bob.auth)).status;
  const list = (user = bob) => app().request.get('/api/v1/users/me/saves').set(user.auth);
});

const titles = (body: { data: { stories: { title: string }[] } }) =>
  body.data.stories.map(({ title }) => title);
