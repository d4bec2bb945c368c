// Holds the plans of feed and search on 20,000 stories against the indexes that they were made for: nodes, not times.

import { expect } from 'chai';

import { useDatabase } from '../../fixtures/database.js';
import { explainNewest } from './queries.js';
import { explainFound } from './search-queries.js';

const STORIES = 20_000;

describe('the plans of the feed on 20,000 stories', function () {
  this.timeout(120_000);
  const database = useDatabase({ keepRows: true });
  let makerId: string;
  before(async () => {
    const { db } = database();
    const { rows } = await db.raw<{ rows: { user_id: string }[] }>(MAKERS);
    const makers = rows.map((row) => row.user_id);
    makerId = makers[7] ?? '';
    await db.raw(GENERATE, [makers, STORIES]);
    await db.raw('vacuum analyze stories');
    await db.raw('analyze');
  });

  const place = {
    publishedAt: '2020-01-05 00:00:00.000000',
    storyId: '01900000-0000-7000-8000-000000000000',
    rank: 0,
  };

  it('walk an index of what was published when to the end of the page, at any depth', async () => {
    for (const range of [{ limit: 21 }, { before: place, limit: 21 }]) {
      const plan = nodesOf(await explainNewest(database().db, {}, range));
      expectIndex(plan, BY_TIME);
      expect(plan.map((node) => node['Node Type'])).not.to.include('Sort');
    }
  });

  it('seek the place of a cursor in the index, instead of reading up to it', async () => {
    const plan = nodesOf(await explainNewest(database().db, {}, { before: place, limit: 21 }));
    const scan = plan.find((node) => BY_TIME.test(String(node['Index Name'])));
    expect(scan?.['Index Cond']).to.match(/published_at\b.*<=? /);
  });

  it('find a category and a maker by their indexes', async () => {
    const { db } = database();
    for (const range of [{ limit: 21 }, { before: place, limit: 21 }]) {
      const category = nodesOf(await explainNewest(db, { category: 'c777' }, range));
      expectIndex(category, /^(stories_feed|idx_stories)_category$/);
      const maker = nodesOf(await explainNewest(db, { makerId }, range));
      expectIndex(maker, /^(stories_feed_maker|idx_stories_maker_id)$/);
    }
  });

  it('find a rare tag by its index, and a common one among the newest', async () => {
    const { db } = database();
    const rare = nodesOf(await explainNewest(db, { tag: 'rare77' }, { limit: 21 }));
    expectIndex(rare, /^(stories_feed|idx_stories)_tags$/);
    const common = nodesOf(await explainNewest(db, { tag: 'common1' }, { limit: 21 }));
    expectIndex(common, BY_TIME);
  });

  it('find words by the index of the search, and misspelt ones by that of trigrams', async () => {
    const { db } = database();
    const exact = { words: 'rareword77', match: 'exact' } as const;
    for (const range of [{ limit: 21 }, { before: place, limit: 21 }]) {
      expectIndex(nodesOf(await explainFound(db, exact, range)), /^stories_search$/);
    }
    const fuzzy = { words: 'quetzalcoatl', match: 'fuzzy' } as const;
    expectIndex(nodesOf(await explainFound(db, fuzzy, { limit: 21 })), /^stories_search_words$/);
  });

  it('would be noticed here without their indexes', async () => {
    const { db } = database();
    const trx = await db.transaction();
    await trx.raw('drop index stories_feed, idx_stories_published_at');
    const plan = nodesOf(await explainNewest(trx, {}, { limit: 21 }));
    await trx.rollback();
    expect(() => expectIndex(plan, BY_TIME)).to.throw();
  });
});

/** The seed's own index serves as well, as hardly two stories are published in the same microsecond. */
const BY_TIME = /^(stories_feed|idx_stories_published_at)$/;

const MAKERS = `
  insert into users (user_id, email, user_type)
  select gen_random_uuid(), n || '@example.com', 'maker' from generate_series(1, 500) n
  returning user_id`;

/** Bindings: the makers, how many. */
const GENERATE = `
  insert into stories (story_id, maker_id, title, description, category, tags, minimum_offer, status, published_at)
  select gen_random_uuid(), (?::uuid[])[1 + n % 500],
    'Cup ' || md5(n::text), 'Made by hand, rareword' || n || ' and clay.',
    'c' || n % 1000, array['common' || n % 3, 'rare' || n], 10, 'published',
    timestamptz '2020-01-01' + n * interval '1 minute'
  from generate_series(1, ?::int) n`;

type Node = Readonly<Record<string, unknown>>;

function nodesOf(explained: unknown): Node[] {
  const walk = (node: Node): Node[] => [
    node,
    ...((node.Plans as Node[] | undefined) ?? []).flatMap(walk),
  ];
  const [{ Plan: top }] = explained as [{ Plan: Node }];
  return walk(top);
}

function expectIndex(nodes: readonly Node[], name: RegExp): void {
  const ofStories = nodes.filter((node) => node['Relation Name'] === 'stories');
  expect(ofStories.map((node) => node['Node Type'])).not.to.include('Seq Scan');
  const used = nodes.flatMap((node) => node['Index Name'] ?? []).map(String);
  expect(
    used.some((each) => name.test(each)),
    `${name} among ${used.join(', ')}`,
  ).to.equal(true);
}
