import { expect } from 'chai';

import { buildShownStory } from '../../fixtures/shown-story.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { until } from '../../fixtures/until.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('the feed with a cache', () => {
  const app = useApp({ env: { FEED_CACHE_SECONDS: '5' } });
  let admin: TestUser;
  /** Each test asks at an origin of its own: what is kept outlives the rows. */
  let host = '';
  let tests = 0;
  beforeEach(async () => {
    tests += 1;
    host = `test${tests}.example`;
    admin = await app().signUp({ userType: 'admin' });
  });

  it('tells the same again for some seconds, whatever the rows say', async () => {
    await buildShownStory(app(), { title: 'Told' });
    expect(await titles()).to.deep.equal(['Told']);
    await buildShownStory(app(), { title: 'Too new' });
    expect(await titles()).to.deep.equal(['Told']);
  });

  it('tells each question and each origin for itself', async () => {
    await buildShownStory(app(), { title: 'A bowl', category: 'kitchen' });
    expect(await titles()).to.deep.equal(['A bowl']);
    expect(await titles('?category=toys')).to.be.empty;
    await buildShownStory(app(), { title: 'A spoon', category: 'kitchen' });
    host = 'elsewhere.example';
    expect(await titles()).to.have.members(['A bowl', 'A spoon']);
  });

  it('names every answer anew, and says how often one may still ask', async () => {
    await buildShownStory(app());
    const [one, other] = [await read(), await read()];
    expect(one.body.data).to.deep.equal(other.body.data);
    expect(one.body.meta.request_id).not.to.equal(other.body.meta.request_id);
    expect(other.headers['content-type']).to.equal('application/json; charset=utf-8');
    expect(other.headers.ratelimit).to.match(/"feed";r=\d+/);
  });

  it('forgets a story that is taken down, and tells of it again once it is restored', async () => {
    const storyId = toPublicId('story', await buildShownStory(app(), { title: 'Doubtful' }));
    expect(await titles()).to.deep.equal(['Doubtful']);
    await decide(storyId, 'take-down', { reason: 'It is not handmade.' });
    await until(async () => (await titles()).length === 0, 2_000, 'the takedown');
    await decide(storyId, 'reinstate', {});
    await until(async () => (await titles()).length === 1, 2_000, 'the story');
  });

  const read = (query = '') => app().request.get(`/api/v1/feed${query}`).set('Host', host);
  const titles = async (query = ''): Promise<string[]> => {
    const { body } = await read(query).expect(200);
    return body.data.stories.map(({ title }: { title: string }) => title);
  };
  const decide = (storyId: string, act: string, body: object) =>
    app()
      .request.post(`/api/v1/admin/stories/${storyId}/${act}`)
      .set(admin.auth)
      .send(body)
      .expect(200);
});
