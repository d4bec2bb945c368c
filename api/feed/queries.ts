// All SQL on lists of visible stories, newest first; and how an entry of such a list is read.

import type { Knex } from 'knex';

import { keepPlan } from '../../pipeline/platform/keep-plan.js';
import { VISIBLE_STORY } from '../stories/visible-story.js';
import type { FeedEntry, Filter, Range } from './entry.js';

/** A piece of SQL with its bindings. */
export interface Sql {
  readonly text: string;
  readonly bindings: readonly (string | number)[];
  /** Asked again and again: Postgres is to keep its plan. */
  readonly isUsual?: boolean;
}

export function listNewest(db: Knex, filter: Filter, range: Range): Promise<FeedEntry[]> {
  return listEntries(db, newest(filter, range));
}

/** Those of the stories that are visible, in no order. */
export const listByIds = (db: Knex, storyIds: readonly string[]): Promise<FeedEntry[]> =>
  listEntries(db, {
    text: `select ${COLUMNS}, 0 as rank from stories s
      where s.story_id = any(string_to_array(?, ',')::uuid[])
        and s.published_at is not null and ${VISIBLE_STORY}`,
    bindings: [storyIds.join(',')],
  });

export async function countNewest(db: Knex, filter: Filter): Promise<number> {
  const { text, bindings } = showable(filter);
  return count(db, { text: `select from stories s where ${text}`, bindings });
}

export async function count(db: Knex, { text, bindings }: Sql): Promise<number> {
  const { rows } = await db.raw(`select count(*)::int as total from (${text}) found`, bindings);
  return rows[0].total;
}

/** The plan that Postgres makes for a page, for the test that holds it against the indexes. */
export async function explainNewest(db: Knex, filter: Filter, range: Range): Promise<unknown> {
  return explain(db, newest(filter, range));
}

export async function explain(db: Knex, { text, bindings }: Sql): Promise<unknown> {
  const { rows } = await db.raw(`explain (format json) ${text}`, bindings);
  return rows[0]['QUERY PLAN'];
}

/** The limit is written out: the plan that Postgres keeps of a statement must know that it is a small one. */
function newest(filter: Filter, { before, offset = 0, limit }: Range): Sql {
  const { text, bindings } = showable(filter);
  const after = before
    ? `and (s.published_at, s.story_id) < (?::timestamp at time zone 'UTC', ?)`
    : '';
  return {
    text: `select ${COLUMNS}, 0 as rank from stories s where ${text} ${after}
      order by s.published_at desc, s.story_id desc limit ${Math.trunc(limit)}${offset > 0 ? ' offset ?' : ''}`,
    bindings: [
      ...bindings,
      ...(before ? [before.publishedAt, before.storyId] : []),
      ...(offset > 0 ? [offset] : []),
    ],
    isUsual: limit === USUAL && offset === 0,
  };
}

/** Of a page of the usual length, and one more. */
const USUAL = 21;

/** What may be in a list at all, narrowed. */
export function showable({ category, tag, makerId }: Filter): Sql {
  const conditions: [string, string | undefined][] = [
    ['s.category = ?', category],
    ['s.tags @> array[?]', tag],
    ['s.maker_id = ?', makerId],
  ];
  const given = conditions.filter(([, value]) => value !== undefined);
  return {
    text: [VISIBLE_STORY, 's.published_at is not null', ...given.map(([text]) => text)].join(
      ' and ',
    ),
    bindings: given.flatMap(([, value]) => value ?? []),
  };
}

export const COLUMNS =
  's.story_id, s.title, s.maker_id, s.created_at, s.published_at, s.carousel_config';

/** Whoever made it and its first clip are looked up for the entries of one page alone. */
export async function listEntries(db: Knex, page: Sql): Promise<FeedEntry[]> {
  const text = `select page.story_id, page.title, page.maker_id, page.created_at, page.rank,
        to_char(page.published_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as published_at,
        p.display_name, p.avatar_url, m.media_id, m.duration, m.metadata->'poster' as poster,
        o.source_key, o.public_key
      from (${page.text}) page
      left join user_profiles p on p.user_id = page.maker_id
      left join media_files m on m.media_id = (page.carousel_config->0->>'media_id')::uuid
      left join public_posters o on o.media_id = m.media_id
      order by page.rank desc, page.published_at desc, page.story_id desc`;
  const query = db.raw<{ rows: EntryRow[] }>(text, page.bindings);
  const { rows } = await (page.isUsual ? query.options(keepPlan(text)) : query);
  return rows.map(toEntry);
}

interface EntryRow {
  story_id: string;
  title: string;
  maker_id: string;
  created_at: Date;
  rank: number;
  published_at: string;
  display_name: string | null;
  avatar_url: string | null;
  media_id: string | null;
  duration: number | null;
  poster: { width: number; jpeg: string }[] | null;
  source_key: string | null;
  public_key: string | null;
}

const toEntry = (row: EntryRow): FeedEntry => ({
  storyId: row.story_id,
  title: row.title,
  maker: {
    makerId: row.maker_id,
    displayName: row.display_name ?? '',
    avatarUrl: row.avatar_url,
  },
  duration: row.duration,
  createdAt: row.created_at,
  place: { publishedAt: row.published_at, storyId: row.story_id, rank: row.rank },
  poster: toPoster(row),
});

/** The smallest that fills a card, or the widest there is; a copy of an earlier one does not count. */
function toPoster(row: EntryRow) {
  const sizes = (row.poster ?? []).toSorted((one, other) => one.width - other.width);
  const chosen = sizes.find(({ width }) => width >= CARD_WIDTH) ?? sizes.at(-1);
  if (!row.media_id || !chosen) return null;
  const publicKey = row.source_key === chosen.jpeg ? row.public_key : null;
  return { mediaId: row.media_id, key: chosen.jpeg, publicKey };
}

const CARD_WIDTH = 480;
