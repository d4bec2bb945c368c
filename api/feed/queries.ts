// All SQL on lists of visible stories, newest first; and how an entry of such a list is read.

import type { Knex } from 'knex';

import type { Sql } from '../../pipeline/platform/sql.js';
import { VISIBLE_STORY } from '../stories/visible-story.js';
import type { FeedEntry, Filter, Range } from './entry.js';
import type { Known } from './known.js';

/** A piece of SQL with its bindings. */
export interface Piece {
  readonly text: string;
  readonly bindings: readonly (string | number)[];
}

/** @param known what was made of texts before; the same text is the same entry */
export function listNewest(
  sql: Sql,
  filter: Filter,
  range: Range,
  known?: Known<FeedEntry>,
): Promise<FeedEntry[]> {
  return listEntries(sql, newest(filter, range), known);
}

/** Of few texts, asked again and again: a page of the usual length and one more, found by its place or the first of all. */
export const isUsual = ({ offset = 0, limit }: Range): boolean => limit === 21 && offset === 0;

/** Those of the stories that are visible, in no order. */
export const listByIds = (sql: Sql, storyIds: readonly string[]): Promise<FeedEntry[]> =>
  listEntries(sql, {
    text: `select ${COLUMNS}, 0 as rank from stories s
      where s.story_id = any(string_to_array(?, ',')::uuid[])
        and s.published_at is not null and ${VISIBLE_STORY}`,
    bindings: [storyIds.join(',')],
  });

export async function countNewest(db: Knex, filter: Filter): Promise<number> {
  const { text, bindings } = showable(filter);
  return count(db, { text: `select from stories s where ${text}`, bindings });
}

export async function count(db: Knex, { text, bindings }: Piece): Promise<number> {
  const { rows } = await db.raw(`select count(*)::int as total from (${text}) found`, bindings);
  return rows[0].total;
}

/** The plan that Postgres makes for a page, for the test that holds it against the indexes. */
export async function explainNewest(db: Knex, filter: Filter, range: Range): Promise<unknown> {
  return explain(db, newest(filter, range));
}

export async function explain(db: Knex, { text, bindings }: Piece): Promise<unknown> {
  const { rows } = await db.raw(`explain (format json) ${text}`, bindings);
  return rows[0]['QUERY PLAN'];
}

/** The limit is written out: the plan that Postgres keeps of a statement must know that it is a small one. */
function newest(filter: Filter, { before, offset = 0, limit }: Range): Piece {
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
  };
}

/** What may be in a list at all, narrowed. */
export function showable({ category, tag, makerId }: Filter): Piece {
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

/** Whoever made it and its first clip are looked up for each entry of the one page: joined, all makers would be read. */
export async function listEntries(
  sql: Sql,
  page: Piece,
  known?: Known<FeedEntry>,
): Promise<FeedEntry[]> {
  const { rows } = await sql.raw<{ entry: string }>(
    `select json_build_array(
        page.story_id, page.title,
        json_build_array(page.maker_id, p.display_name, p.avatar_url),
        page.created_at,
        json_build_array(
          to_char(page.published_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), page.rank),
        m.duration,
        json_build_array(m.media_id, m.metadata->'poster', o.source_key, o.public_key)
      )::text as entry
      from (${page.text}) page
      left join lateral (
        select display_name, avatar_url from user_profiles where user_id = page.maker_id limit 1
      ) p on true
      left join media_files m on m.media_id = (page.carousel_config->0->>'media_id')::uuid
      left join public_posters o on o.media_id = m.media_id
      order by page.rank desc, page.published_at desc, page.story_id desc`,
    page.bindings,
  );
  return rows.map(({ entry }) => known?.read(entry, toEntry) ?? toEntry(entry));
}

/** As the statement above lists them. */
type EntryRow = [
  storyId: string,
  title: string,
  maker: [makerId: string, displayName: string | null, avatarUrl: string | null],
  createdAt: string,
  place: [publishedAt: string, rank: number],
  duration: number | null,
  poster: Parameters<typeof toPoster>,
];

function toEntry(text: string): FeedEntry {
  const [storyId, title, maker, createdAt, place, duration, poster] = JSON.parse(text) as EntryRow;
  return {
    storyId,
    title,
    maker: { makerId: maker[0], displayName: maker[1] ?? '', avatarUrl: maker[2] },
    duration,
    createdAt: new Date(createdAt),
    place: { publishedAt: place[0], storyId, rank: place[1] },
    poster: toPoster(...poster),
  };
}

/** The smallest that fills a card, or the widest there is; a copy of an earlier one does not count. */
function toPoster(
  mediaId: string | null,
  sizes: { width: number; jpeg: string }[] | null,
  sourceKey: string | null,
  publicKey: string | null,
) {
  const ascending = (sizes ?? []).toSorted((one, other) => one.width - other.width);
  const chosen = ascending.find(({ width }) => width >= CARD_WIDTH) ?? ascending.at(-1);
  if (!mediaId || !chosen) return null;
  const isCopied = sourceKey === chosen.jpeg;
  return { mediaId, key: chosen.jpeg, publicKey: isCopied ? publicKey : null };
}

const CARD_WIDTH = 480;
