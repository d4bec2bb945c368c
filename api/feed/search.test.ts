import { expect } from 'chai';

import { buildStory } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';

describe('searching stories', () => {
  const app = useApp();
  let alice: TestUser;
  beforeEach(async () => {
    alice = await app().signUp();
  });

  it('finds the words of titles before those of tags, and those before those of text', async () => {
    await build({ title: 'A tray', description: 'Of walnut, walnut and more walnut.' });
    await build({ title: 'A board', tags: ['Walnut'] });
    await build({ title: 'A walnut bowl' });
    await build({ title: 'A box', sections: [{ type: 'materials', content: 'walnut' }] });
    await build({ title: 'A mug' });
    const { body } = await search('walnut');
    expect(titles(body)).to.deep.equal(['A walnut bowl', 'A board', 'A tray', 'A box']);
    expect(body.data.pagination.total).to.equal(4);
  });

  it('knows a word in its other forms, phrases, and what must not be there', async () => {
    await build({ title: 'Carved wooden bowls' });
    await build({ title: 'Bowls carved in summer' });
    expect(titles((await search('carving bowl')).body)).to.have.length(2);
    expect(titles((await search('"carved wooden"')).body)).to.deep.equal(['Carved wooden bowls']);
    expect(titles((await search('bowl -summer')).body)).to.deep.equal(['Carved wooden bowls']);
    expect((await search('overview type content')).body.data.stories).to.deep.equal([]);
  });

  it('forgives letters that are wrong, missing or too many, where nobody wrote the word so', async () => {
    await build({ title: 'A walnut bowl', tags: ['kitchen'] });
    await build({ title: 'A stoneware teapot' });
    for (const words of ['wallnut', 'walnt bowl', 'Walnot', 'kitchn', 'walnot kitchin']) {
      expect(titles((await search(words)).body), words).to.deep.equal(['A walnut bowl']);
    }
    expect(titles((await search('stonewear teepot')).body)).to.deep.equal(['A stoneware teapot']);
    expect(titles((await search('quilt')).body)).to.deep.equal([]);
    await build({ title: 'A wallnut spelt so' });
    expect(titles((await search('wallnut')).body)).to.deep.equal(['A wallnut spelt so']);
  });

  for (const words of ['bowl', 'bowwl']) {
    it(`goes through all that fits once, best first, by cursors: ${words}`, async () => {
      for (let n = 0; n < 11; n += 1) {
        const title = n % 3 === 0 ? `Bowl ${n}` : `Number ${n} of my bowls, with a lid`;
        await build({ title, published_at: at(n % 4) });
      }
      const whole = titles((await search(words)).body);
      expect(whole).to.have.length(11);
      const seen: string[] = [];
      let cursor = '';
      for (let page = 1; ; page += 1) {
        const { body } = await search(words, { limit: '4', ...(cursor && { cursor }) });
        expect(body.data.pagination).to.deep.include({ page, total: 11 });
        seen.push(...titles(body));
        // Written in the same words: what a cursor began with as misspelt goes on as misspelt.
        if (page === 1) await build({ title: 'Neither', description: words, published_at: at(0) });
        cursor = body.data.next_cursor;
        if (!cursor) break;
      }
      expect(seen.filter((title) => title !== 'Neither')).to.deep.equal(whole);
      const second = await search(words, { limit: '4', page: '2' });
      if (words === 'bowl') expect(titles(second.body)).to.deep.equal(whole.slice(4, 8));
    });
  }

  it('can be narrowed, and finds only what is visible', async () => {
    await build({ title: 'A walnut bowl', category: 'Wood' });
    await build({ title: 'A walnut tray', category: 'Trays' });
    await build({ title: 'A walnut secret', status: 'draft' });
    await build({ title: 'A walnut taken down', taken_down_at: at(1) });
    expect(titles((await search('walnut', { category: 'Wood' })).body)).to.deep.equal([
      'A walnut bowl',
    ]);
    expect(titles((await search('walnut')).body)).to.have.length(2);
    expect(titles((await search('wallnut')).body)).to.have.length(2);
  });

  it('finds a changed story by its new words', async () => {
    const { story_id: storyId } = await build({ title: 'A walnut bowl' });
    const { db } = app().context;
    await db('stories').where({ story_id: storyId }).update({ title: 'An oak bowl' });
    expect(titles((await search('oak')).body)).to.deep.equal(['An oak bowl']);
    expect(titles((await search('walnut')).body)).to.deep.equal([]);
  });

  it('answers whatever is typed', async () => {
    await build({ title: 'A walnut bowl 🥣', tags: ['🌰'] });
    const hostile = [
      ...['&', '|', '!', '(', ':*', '<->', "'", '"', '\\', '%', '_', '%%', '-', '--', ';', '*'],
      ...['a & | b', '((((', '!!!!', "walnut' or 1=1 --", '"unclosed', '<-> <5> !', 'a:*b:ABCD'],
      ...['🥣', '🌰', 'the', 'والت', '胡桃', 'ﷺ', '\u202e', '-walnut', '- -', 'or or or', 'é'],
      ...['a '.repeat(100), 'x'.repeat(200), '"'.repeat(200), '🥣'.repeat(200)],
    ];
    for (const words of hostile) {
      const { status, body } = await search(words);
      expect(status, words).to.equal(words.trim() ? 200 : 422);
      expect(body.success, words).to.equal(true);
    }
    for (const words of ['x'.repeat(201), 'x'.repeat(9_000), 'nul\0', ' ', '']) {
      expect((await search(words)).status, words.slice(0, 9)).to.equal(422);
    }
    for (const query of ['q=%ff%fe', 'q=%ed%a0%80', 'q=a&q=b', 'q[]=a', 'q[a]=b', 'q=%']) {
      const { status } = await app().request.get(`/api/v1/feed?${query}`);
      expect(status, query).to.be.oneOf([200, 400, 422]);
    }
  });

  const build = (columns: Readonly<Record<string, unknown>>) =>
    buildStory(app().context.db, {
      maker_id: alice.userId,
      description: 'Made by hand.',
      status: 'published',
      published_at: at(0),
      ...columns,
    });

  const search = (q: string, more: Readonly<Record<string, string>> = {}) =>
    app().request.get(`/api/v1/feed?${new URLSearchParams({ q, ...more })}`);
});

const at = (minute: number) => new Date(Date.UTC(2020, 0, 1, 0, minute));
const titles = (body: { data: { stories: { title: string }[] } }) =>
  body.data.stories.map(({ title }) => title);
