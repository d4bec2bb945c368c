import { expect } from 'chai';

import { buildStory } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { openViewCounter } from './count-view.js';
import { removeOldViewers } from './remove-old-viewers.js';

describe('viewing a story', () => {
  const app = useApp({ env: { TRUST_PROXY: '1' } });
  let alice: TestUser;
  let storyId: string;
  let path: string;
  beforeEach(async () => {
    alice = await app().signUp();
    ({ story_id: storyId } = await buildStory(app().context.db, {
      maker_id: alice.userId,
      status: 'published',
      published_at: new Date(),
    }));
    path = `/api/v1/stories/${toPublicId('story', storyId)}/views`;
  });

  it('counts once a viewer in half an hour, and is told to the maker', async () => {
    const bob = await app().signUp({ userType: 'viewer' });
    expect(await read()).to.equal(0);
    for (let n = 0; n < 3; n += 1) {
      expect((await view().set(bob.auth)).status).to.equal(204);
      await view().set(from('192.0.2.1'));
      await view().set(from('192.0.2.2'));
      await view().set(from('2001:db8::1'));
      await view().set(from('2001:db8::2'));
    }
    expect(await read()).to.equal(4);
    await app()
      .context.db('story_viewers')
      .update({ counted_at: minutesAgo(29) });
    await view().set(bob.auth);
    expect(await read()).to.equal(4);
    await app()
      .context.db('story_viewers')
      .update({ counted_at: minutesAgo(31) });
    await view().set(bob.auth);
    expect(await read()).to.equal(5);
  });

  it('counts once where the same viewer comes many times at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => view().set(from('192.0.2.9'))));
    expect(await read()).to.equal(1);
  });

  it('is not counted for its maker, nor for admins', async () => {
    const admin = await app().signUp({ userType: 'admin' });
    for (const user of [alice, admin]) expect((await view().set(user.auth)).status).to.equal(204);
    expect(await read()).to.equal(0);
  });

  it('leaves nothing that tells who it was, and little of that', async () => {
    const { db, clock } = app().context;
    expect(await openViewCounter(clock).count(db, storyId, 'user 7')).to.equal(true);
    const [row] = await db('story_viewers');
    expect(Object.keys(row)).to.have.members(['story_id', 'viewer', 'counted_at']);
    expect(row.viewer).to.have.length(16);
    expect(await db('view_salts')).to.have.length(1);
    await removeOldViewers({ db });
    expect(await db('story_viewers')).to.have.length(1);
    await db('story_viewers').update({ counted_at: minutesAgo(31) });
    await db('view_salts').update({ day: '2020-01-01' });
    await removeOldViewers({ db });
    expect(await db('story_viewers')).to.deep.equal([]);
    expect(await db('view_salts')).to.deep.equal([]);
    expect(await read()).to.equal(1);
  });

  it('is there for stories that are shown', async () => {
    await app().context.db('stories').update({ status: 'draft' });
    expect((await view()).status).to.equal(404);
    expect((await view().set(alice.auth)).status).to.equal(409);
    expect(await read()).to.equal(0);
  });

  it('is told to nobody but the maker and admins', async () => {
    const bob = await app().signUp();
    expect((await app().request.get(path)).status).to.equal(401);
    expect((await app().request.get(path).set(bob.auth)).status).to.equal(404);
    const admin = await app().signUp({ userType: 'admin' });
    expect((await app().request.get(path).set(admin.auth)).status).to.equal(200);
  });

  it('is counted for the operators by the type of user', async () => {
    await view().set(from('192.0.2.77'));
    expect(await app().context.metrics.read()).to.match(
      /story_views_total\{[^}]*user_type="anonymous"[^}]*\} [1-9]/,
    );
  });

  const view = () => app().request.post(path);
  const from = (address: string) => ({ 'X-Forwarded-For': address });
  const read = async () => (await app().request.get(path).set(alice.auth)).body.data.views;
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
