import { expect } from 'chai';

import { buildStory } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('commenting on a story', () => {
  const app = useApp();
  let alice: TestUser;
  let bob: TestUser;
  let path: string;
  beforeEach(async () => {
    alice = await app().signUp({ displayName: 'Alice' });
    bob = await app().signUp({ userType: 'viewer', displayName: 'Bob' });
    path = await build();
  });

  it('is read by everybody, newest first', async () => {
    for (const text of ['First', 'Second', 'Third']) {
      expect((await comment(text)).status).to.equal(201);
    }
    const { body } = await app().request.get(`${path}?limit=2`);
    expect(body.data.comments.map(({ text }: { text: string }) => text)).to.deep.equal([
      'Third',
      'Second',
    ]);
    expect(body.data.comments[0].author).to.deep.equal({
      user_id: bob.publicId,
      display_name: 'Bob',
      avatar_url: null,
    });
    expect(body.data.pagination).to.deep.equal({ page: 1, limit: 2, total: 3, has_more: true });
  });

  it('takes 1 to 1,000 characters, kept as they were written', async () => {
    const markup = `<script>alert('x')</script> ' or 1=1 -- 🥣`;
    expect((await comment(markup)).body.data.text).to.equal(markup);
    expect((await comment('🥣'.repeat(1_000))).status).to.equal(201);
    for (const text of ['', ' ', 'x'.repeat(1_001), 'nul\0']) {
      expect((await comment(text)).status).to.equal(422);
    }
    const more = await app().request.post(path).set(bob.auth).send({ text: 'x', author_id: '1' });
    expect(more.status).to.equal(422);
  });

  it('is done once for one Idempotency-Key', async () => {
    const send = () =>
      app().request.post(path).set(bob.auth).set('Idempotency-Key', 'k1').send({ text: 'Once' });
    const [first, second] = [await send(), await send()];
    expect(second.body.data).to.deep.equal(first.body.data);
    expect((await app().request.get(path)).body.data.pagination.total).to.equal(1);
  });

  it('needs an account, and a story that is shown', async () => {
    expect((await app().request.post(path).send({ text: 'x' })).status).to.equal(401);
    const draft = await build({ status: 'draft' });
    expect((await comment('x', bob, draft)).status).to.equal(404);
    const own = await comment('x', alice, draft);
    expect([own.status, own.body.error.code]).to.deep.equal([409, 'STORY_NOT_SHOWN']);
    expect((await app().request.get(draft)).status).to.equal(404);
  });

  it('is undone by who wrote it, by the maker and by admins, by nobody else', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    const eve = await app().signUp();
    for (const user of [bob, alice, admin]) {
      const { body } = await comment('Remove me');
      const address = `${path}/${body.data.comment_id}`;
      expect((await app().request.delete(address)).status).to.equal(401);
      expect((await app().request.delete(address).set(eve.auth)).status).to.equal(403);
      expect((await app().request.delete(address).set(user.auth)).status).to.equal(204);
      expect((await app().request.delete(address).set(user.auth)).status).to.equal(404);
      const [row] = await app().context.db('comments').orderBy('created_at', 'desc');
      expect([row.body, row.deleted_by]).to.deep.equal(['Remove me', user.userId]);
    }
    expect((await app().request.get(path)).body.data.comments).to.deep.equal([]);
  });

  it('is undone in its own story only, and by its author also where that is hidden', async () => {
    const { comment_id: id } = (await comment('Here')).body.data;
    const other = await build();
    expect((await app().request.delete(`${other}/${id}`).set(alice.auth)).status).to.equal(404);
    await app().context.db('stories').update({ taken_down_at: new Date() });
    const eve = await app().signUp();
    expect((await app().request.delete(`${path}/${id}`).set(eve.auth)).status).to.equal(404);
    expect((await app().request.delete(`${path}/${id}`).set(bob.auth)).status).to.equal(204);
  });

  it('leaves out what suspended accounts wrote, while they are', async () => {
    await comment('Hello');
    const users = () => app().context.db('users').where({ user_id: bob.userId });
    await users().update({ status: 'suspended' });
    const hidden = (await app().request.get(path)).body.data;
    expect([hidden.comments, hidden.pagination.total]).to.deep.equal([[], 0]);
    await users().update({ status: 'active' });
    expect((await app().request.get(path)).body.data.comments).to.have.length(1);
  });

  it('is limited for each user', async () => {
    const { headers } = await comment('Hello');
    expect(headers['ratelimit-policy']).to.match(/^"comment";q=60;w=3600$/);
  });

  async function build(columns: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { story_id: id } = await buildStory(app().context.db, {
      maker_id: alice.userId,
      status: 'published',
      published_at: new Date(),
      ...columns,
    });
    return `/api/v1/stories/${toPublicId('story', id)}/comments`;
  }

  const comment = (text: string, user = bob, to = path) =>
    app().request.post(to).set(user.auth).send({ text });
});
