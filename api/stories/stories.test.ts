import { expect } from 'chai';

import { buildMediaFile, buildStory } from '../../fixtures/build.js';
import { useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

const BOWL = {
  title: 'A walnut bowl',
  description: 'Turned from one piece of walnut.',
  category: 'Woodwork',
  tags: ['bowl', 'walnut'],
  minimum_offer: 35.5,
  sections: [
    { type: 'process', content: 'On the lathe.' },
    { type: 'overview', content: 'A bowl for bread.' },
  ],
};

describe('telling a story', () => {
  const app = useApp();
  const post = async (body: object, headers: Record<string, string> = {}) => {
    const alice = await app().signUp();
    const made = await app()
      .request.post('/api/v1/stories')
      .set(alice.auth)
      .set(headers)
      .send(body);
    return { alice, made, data: made.body.data };
  };

  it('begins a draft and gives it back as it was told', async () => {
    const { alice, made, data } = await post(BOWL);
    expect(made.status).to.equal(201);
    expect(data).to.include({ title: BOWL.title, status: 'draft', category: 'Woodwork' });
    expect(data.story_id).to.match(/^story_/);
    expect(data.maker).to.include({ maker_id: alice.publicId, display_name: 'Alice' });
    expect(data.pricing).to.deep.equal({ minimum_offer: 35.5, currency: 'USD' });
    expect(data.sections).to.deep.equal(BOWL.sections);
    expect(data.media.carousel).to.deep.equal([]);
    const read = await app().request.get(`/api/v1/stories/${data.story_id}`).set(alice.auth);
    expect(read.body.data).to.deep.equal(data);
  });

  it('keeps the same story for the same Idempotency-Key', async () => {
    const { alice, data } = await post(BOWL, { 'Idempotency-Key': 'bowl-1' });
    const again = (body: object) =>
      app()
        .request.post('/api/v1/stories')
        .set(alice.auth)
        .set('Idempotency-Key', 'bowl-1')
        .send(body);
    expect((await again(BOWL)).body.data.story_id).to.equal(data.story_id);
    const other = await again({ ...BOWL, title: 'A cup' });
    expect([other.status, other.body.error.code]).to.deep.equal([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await app().context.db('stories')).to.have.length(1);
  });

  const wrong: [string, object][] = [
    ['title', { title: '' }],
    ['title', { title: 'x'.repeat(201) }],
    ['title', { title: 'a\u0000b' }],
    ['description', { description: undefined }],
    ['minimum_offer', { minimum_offer: 35.005 }],
    ['minimum_offer', { minimum_offer: '35' }],
    ['minimum_offer', { minimum_offer: -1 }],
    ['currency', { currency: 'usd' }],
    ['tags', { tags: Array(11).fill('tag') }],
    ['sections.0.type', { sections: [{ type: 'poem', content: 'x' }] }],
    ['sections', { sections: [BOWL.sections[0], BOWL.sections[0]] }],
    ['status', { status: 'published' }],
    ['maker_id', { maker_id: 'user_01h455vb4pex5vsknk084sn02q' }],
  ];
  for (const [field, change] of wrong) {
    it(`refuses ${JSON.stringify(change).slice(0, 60)}`, async () => {
      const { made } = await post({ ...BOWL, ...change });
      expect([made.status, made.body.error?.code]).to.deep.equal([422, 'VALIDATION_ERROR']);
      expect(made.body.error.details.map((each: { field: string }) => each.field)).to.include(
        field,
      );
    });
  }

  it('takes makers only', async () => {
    const bob = await app().signUp({ userType: 'viewer' });
    const refused = await app().request.post('/api/v1/stories').set(bob.auth).send(BOWL);
    expect([refused.status, refused.body.error.code]).to.deep.equal([403, 'FORBIDDEN']);
    expect((await app().request.post('/api/v1/stories').send(BOWL)).status).to.equal(401);
  });

  it('lists mine, newest first, in pages', async () => {
    const { alice, data } = await post(BOWL);
    const second = await app().request.post('/api/v1/stories').set(alice.auth).send(BOWL);
    await post(BOWL);
    const page = await app().request.get('/api/v1/users/me/stories?limit=1').set(alice.auth);
    expect(page.body.data.stories[0].story_id).to.equal(second.body.data.story_id);
    expect(page.body.data.pagination).to.deep.equal({
      page: 1,
      limit: 1,
      total: 2,
      has_more: true,
    });
    const next = await app().request.get('/api/v1/users/me/stories?limit=1&page=2').set(alice.auth);
    expect(next.body.data.stories[0].story_id).to.equal(data.story_id);
  });
});

describe('seeing a story', () => {
  const app = useApp();
  const published = { status: 'published', published_at: new Date() };
  const completed = {
    processing_status: 'completed',
    metadata: { stage: 'completed', percent: 100 },
  };
  const read = (storyId: string, headers = {}) =>
    app()
      .request.get(`/api/v1/stories/${toPublicId('story', storyId)}`)
      .set(headers);

  it('is for everybody once it is published with completed clips', async () => {
    const { story_id } = await buildStory(app().context.db, published);
    const { media_id } = await buildMediaFile(app().context.db, { story_id, ...completed });
    const seen = await read(story_id);
    expect(seen.status).to.equal(200);
    expect(seen.body.data.media.carousel[0]).to.include({
      media_id: toPublicId('media', media_id),
      context: null,
    });
  });

  for (const [what, change] of [
    ['a draft', { status: 'draft' }],
    ['a story taken down', { ...published, taken_down_at: new Date() }],
    ['a deleted story', { ...published, deleted_at: new Date() }],
  ] as const) {
    it(`is not for strangers where it is ${what}`, async () => {
      const { story_id } = await buildStory(app().context.db, change);
      const bob = await app().signUp();
      for (const headers of [{}, bob.auth]) {
        const refused = await read(story_id, headers);
        expect([refused.status, refused.body.error.code]).to.deep.equal([404, 'STORY_NOT_FOUND']);
      }
    });
  }

  it('waits for its clips and ends with its maker', async () => {
    const { db } = app().context;
    const { story_id, maker_id } = await buildStory(db, published);
    await buildMediaFile(db, { story_id });
    expect((await read(story_id)).status).to.equal(404);
    await db('media_files').update({ processing_status: 'completed' });
    expect((await read(story_id)).status).to.equal(200);
    await db('users').where({ user_id: maker_id }).update({ status: 'suspended' });
    expect((await read(story_id)).status).to.equal(404);
  });

  it('lets an admin see any', async () => {
    const { story_id } = await buildStory(app().context.db);
    const root = await app().signUp({ userType: 'admin' });
    expect((await read(story_id, root.auth)).status).to.equal(200);
  });

  for (const id of ['story_x', 'media_01h455vb4pex5vsknk084sn02q', '%00', '1%27%20or%201=1']) {
    it(`knows no story ${id}`, async () => {
      expect((await app().request.get(`/api/v1/stories/${id}`)).status).to.equal(404);
    });
  }
});

describe('deleting a draft', () => {
  const app = useApp();
  const remove = (storyId: string, headers = {}) =>
    app()
      .request.delete(`/api/v1/stories/${toPublicId('story', storyId)}`)
      .set(headers);

  it('takes its clips along, and what they have in storage is swept', async () => {
    const { db } = app().context;
    const alice = await app().signUp();
    const { story_id } = await buildStory(db, { maker_id: alice.userId });
    const { media_id } = await buildMediaFile(db, { story_id, processing_status: 'processing' });
    expect((await remove(story_id, alice.auth)).status).to.equal(204);
    expect((await remove(story_id, alice.auth)).status).to.equal(404);
    const file = await db('media_files').where({ media_id }).first();
    expect(file).to.include({ cancel_requested: true }).and.to.have.property('deleted_at').that.is
      .not.null;
    const swept = await db('object_removals').pluck('prefix_or_key');
    expect(swept).to.have.members([`media/${media_id}/`, `quarantine/${media_id}`]);
  });

  it('is refused for another’s, and for a story that is no draft any more', async () => {
    const { db } = app().context;
    const alice = await app().signUp();
    const bob = await app().signUp();
    const { story_id } = await buildStory(db, { maker_id: alice.userId });
    expect((await remove(story_id, bob.auth)).body.error.code).to.equal('STORY_NOT_FOUND');
    await db('stories').update({ status: 'published' });
    const refused = await remove(story_id, alice.auth);
    expect([refused.status, refused.body.error.code]).to.deep.equal([409, 'STORY_NOT_DRAFT']);
    expect(await db('stories').where({ deleted_at: null })).to.have.length(1);
  });
});
