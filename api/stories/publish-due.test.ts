import { expect } from 'chai';

import { buildWholeStory } from '../../fixtures/build-whole-story.js';
import { useApp } from '../../fixtures/test-app.js';
import { publishDue } from './publish-due.js';

describe('publishing what is due', () => {
  const app = useApp();
  const build = (minutes: number, columns: Record<string, unknown> = {}) =>
    buildWholeStory(app().context.db, {
      ...{ status: 'approved', publish_at: new Date(Date.now() + minutes * 60_000) },
      ...columns,
    });
  const statusOf = async (storyId: string) =>
    (await app().context.db('stories').where({ story_id: storyId }).first()).status;

  it('takes what its time has come for, however late, and nothing else', async () => {
    const late = await build(-60 * 24 * 3);
    const due = await build(-0.01);
    const early = await build(1);
    const deleted = await build(-1, { deleted_at: new Date() });
    const submitted = await build(-1, { status: 'submitted' });
    expect(await publishDue(app().context)).to.equal(2);
    expect(await publishDue(app().context)).to.equal(0);
    const all = [late, due, early, deleted, submitted];
    const statuses = await Promise.all(all.map(({ storyId }) => statusOf(storyId)));
    expect(statuses).to.deep.equal([
      ...['published', 'published', 'approved', 'approved', 'submitted'],
    ]);
    const { db } = app().context;
    const row = await db('stories').where({ story_id: late.storyId }).first();
    expect(Date.now() - row.published_at.getTime()).to.be.lessThan(60_000);
  });

  it('publishes once, whoever sweeps', async () => {
    for (let at = 0; at < 5; at += 1) await build(-1);
    const sweeps = await Promise.all([1, 2, 3, 4].map(() => publishDue(app().context)));
    expect(sweeps.reduce((sum, published) => sum + published, 0)).to.equal(5);
    const { db } = app().context;
    expect(await db('story_versions').pluck('version')).to.deep.equal([1, 1, 1, 1, 1]);
    const acts = await db('audit_entries').select('action', 'actor_id', 'origin');
    expect(acts).to.deep.equal(
      Array(5).fill({ action: 'story.publish', actor_id: null, origin: 'background' }),
    );
  });
});
