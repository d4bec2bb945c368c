import { expect } from 'chai';

import { buildShownStory, type Given } from '../../fixtures/shown-story.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { DEEPEST } from './read-feed.js';

describe('reading the feed', () => {
  const app = useApp();
  let alice: TestUser;
  beforeEach(async () => {
    alice = await app().signUp({ displayName: 'Alice' });
  });

  it('tells anybody of published stories, newest first, without a price', async () => {
    await build({ title: 'Older', published_at: at(1) });
    const newer = await build({ title: 'Newer', published_at: at(2), clip: true });
    await build({ title: 'A draft', status: 'draft' });
    const { body } = await feed();
    expect(titles(body)).to.deep.equal(['Newer', 'Older']);
    expect(body.data.stories[0]).to.have.all.keys(
      ...['story_id', 'title', 'maker', 'thumbnail_url', 'video_duration', 'created_at'],
    );
    expect(body.data.stories[0]).to.deep.include({
      story_id: toPublicId('story', newer),
      maker: { maker_id: alice.publicId, display_name: 'Alice', avatar_url: null },
      video_duration: 12,
    });
    expect(body.data.pagination).to.deep.equal({ page: 1, limit: 20, total: 2, has_more: false });
    expect(body.data.next_cursor).to.equal(null);
    expect(JSON.stringify(body.data)).not.to.match(/price|offer|bid|end_time|currency/);
  });

  it('tells of nothing that is not visible', async () => {
    const bob = await app().signUp();
    await build({ title: 'Taken down', taken_down_at: at(1) });
    await build({ title: 'Deleted', deleted_at: at(1) });
    await build({ title: 'Of a suspended maker', maker_id: bob.userId });
    await app().context.db('users').where({ user_id: bob.userId }).update({ status: 'suspended' });
    const unfinished = await build({ title: 'With a clip that failed', clip: true });
    await app()
      .context.db('media_files')
      .where({ story_id: unfinished })
      .update({ processing_status: 'failed' });
    expect(titles((await feed()).body)).to.deep.equal([]);
  });

  it('goes through everything once by cursors, also where many were published at the same instant', async () => {
    for (let n = 0; n < 13; n += 1) {
      await build({ title: `Story ${n}`, published_at: at(n % 2), category: 'Glass' });
    }
    const category = 'Glass';
    const seen: string[] = [];
    let cursor = '';
    for (let page = 1; ; page += 1) {
      const { body } = await feed({ category, limit: '3', ...(cursor && { cursor }) });
      expect(body.data.pagination).to.deep.include({ page, limit: 3, total: 13 });
      seen.push(...body.data.stories.map((story: { story_id: string }) => story.story_id));
      if (page === 2) await build({ published_at: at(60), category });
      cursor = body.data.next_cursor;
      expect(body.data.pagination.has_more).to.equal(cursor !== null);
      if (!cursor) break;
    }
    expect(new Set(seen).size).to.equal(13);
    expect(seen).to.have.length(13);
  });

  it('answers pages by number as well, to a depth', async () => {
    for (let n = 0; n < 5; n += 1) await build({ title: `Story ${n}`, published_at: at(n) });
    const { body } = await feed({ page: '2', limit: '2' });
    expect(titles(body)).to.deep.equal(['Story 2', 'Story 1']);
    expect(body.data.pagination).to.deep.equal({ page: 2, limit: 2, total: 5, has_more: true });
    const beyond = await feed({ page: '9', limit: '2' });
    expect(beyond.body.data).to.deep.include({ stories: [], next_cursor: null });
    const deep = await feed({ page: String(DEEPEST / 20 + 2) });
    expect(deep.status).to.equal(422);
    expect(deep.body.error.details[0].field).to.equal('page');
  });

  it('can be narrowed by category, tag and maker', async () => {
    const bob = await app().signUp();
    await build({ title: 'A bowl', category: 'Wood', tags: ['walnut', 'kitchen'] });
    await build({ title: 'A mug', category: 'Clay', tags: ['kitchen'] });
    await build({ title: 'A spoon', category: 'Wood', maker_id: bob.userId });
    expect(titles((await feed({ category: 'Wood' })).body)).to.have.members(['A bowl', 'A spoon']);
    expect(titles((await feed({ tag: 'kitchen' })).body)).to.have.members(['A bowl', 'A mug']);
    expect(titles((await feed({ maker: bob.publicId })).body)).to.deep.equal(['A spoon']);
    const both = await feed({ category: 'Wood', tag: 'kitchen' });
    expect(titles(both.body)).to.deep.equal(['A bowl']);
    expect(both.body.data.pagination.total).to.equal(1);
    expect(titles((await feed({ category: "' or 1=1 --" })).body)).to.deep.equal([]);
  });

  it('refuses a cursor that is forged, or of another list, and one beside a page', async () => {
    for (let n = 0; n < 3; n += 1) await build({ published_at: at(n), category: 'Wood' });
    const { next_cursor: cursor } = (await feed({ limit: '1' })).body.data;
    const [content = '', mac = ''] = cursor.split('.');
    const other = Buffer.from(content, 'base64url').toString().replace('2020', '2019');
    const forged = [
      `${Buffer.from(other).toString('base64url')}.${mac}`,
      `${content}.${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`,
      ...[content, `${content}.`, `.${mac}`, `${cursor}.x`, `${cursor}=`, '.', '', 'é', '%00'],
      'x'.repeat(5_000),
    ];
    for (const each of forged) {
      const { status, body } = await feed({ cursor: each });
      expect(status, each.slice(0, 80)).to.equal(422);
      expect(body.error.code).to.equal('VALIDATION_ERROR');
    }
    expect((await feed({ limit: '1', cursor, category: 'Wood' })).status).to.equal(422);
    expect((await feed({ limit: '1', cursor, page: '2' })).status).to.equal(422);
    expect((await feed({ limit: '1', cursor })).status).to.equal(200);
  });

  it('refuses what is no question to it', async () => {
    for (const query of ['limit=101', 'limit=0', 'page=0', 'page=1e9', 'maker=42', 'sort=price']) {
      expect((await app().request.get(`/api/v1/feed?${query}`)).status, query).to.equal(422);
    }
  });

  it('says how often it may be asked', async () => {
    const { headers } = await feed();
    expect(headers['ratelimit-policy']).to.match(/^"feed";q=\d+;w=60$/);
  });

  const build = (given: Given = {}) => buildShownStory(app(), { maker_id: alice.userId, ...given });

  const feed = (query: Readonly<Record<string, string>> = {}) =>
    app().request.get(`/api/v1/feed?${new URLSearchParams(query)}`);
});

const at = (minute: number) => new Date(Date.UTC(2020, 0, 1, 0, minute));
const titles = (body: { data: { stories: { title: string }[] } }) =>
  body.data.stories.map(({ title }) => title);
