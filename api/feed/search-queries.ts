// All SQL on searching visible stories: which fit, and how well.

import type { Knex } from 'knex';

import type { FeedEntry, Match, Range, Search } from './entry.js';
import { COLUMNS, count, explain, listEntries, type Piece, showable } from './queries.js';

/** So many of the newest that fit are ranked; a search finds no more. */
export const MOST_FOUND = 2_000;

/** Best first, then newest. */
export async function listFound(db: Knex, search: Search, range: Range): Promise<FeedEntry[]> {
  return nearly(db, search.match, (trx) => listEntries(trx, found(search, range)));
}

export const countFound = (db: Knex, search: Search): Promise<number> =>
  nearly(db, search.match, (trx) => count(trx, candidates(search)));

export async function fitsExactly(db: Knex, search: Omit<Search, 'match'>): Promise<boolean> {
  const { text, bindings } = fitting({ ...search, match: 'exact' });
  const { rows } = await db.raw(`select 1 from stories s where ${text} limit 1`, bindings);
  return rows.length > 0;
}

export const explainFound = (db: Knex, search: Search, range: Range): Promise<unknown> =>
  nearly(db, search.match, (trx) => explain(trx, found(search, range)));

/** The bound of pg_trgm's index operator is a setting: here for one transaction. */
async function nearly<T>(db: Knex, match: Match, read: (db: Knex) => Promise<T>): Promise<T> {
  if (match === 'exact') return read(db);
  return db.transaction(async (trx) => {
    await trx.raw(`set local pg_trgm.word_similarity_threshold = ${LEAST_LIKENESS}`);
    return read(trx);
  });
}

function found(search: Search, { before, offset = 0, limit }: Range): Piece {
  const fit = candidates(search);
  const rank = rankOf(search);
  const after = before
    ? `where (rank, published_at, story_id) < (?, ?::timestamp at time zone 'UTC', ?)`
    : '';
  return {
    text: `select * from (select ${COLUMNS}, ${rank.text} as rank from (${fit.text}) s) ranked
      ${after} order by rank desc, published_at desc, story_id desc limit ? offset ?`,
    bindings: [
      ...rank.bindings,
      ...fit.bindings,
      ...(before ? [before.rank, before.publishedAt, before.storyId] : []),
      ...[limit, offset],
    ],
  };
}

function candidates(search: Search): Piece {
  const { text, bindings } = fitting(search);
  return {
    text: `select ${COLUMNS}, s.search, s.search_words from stories s where ${text}
      order by s.published_at desc, s.story_id desc limit ${MOST_FOUND}`,
    bindings,
  };
}

function fitting(search: Search): Piece {
  const filter = showable(search);
  if (search.match === 'exact') {
    return {
      text: `${filter.text} and s.search @@ ${QUERY}`,
      bindings: [...filter.bindings, search.words],
    };
  }
  const words = nearWords(search.words);
  const each = words.map(
    (word) => `s.search_words %> ?
      and word_similarity(?, s.search_words) >= ${leastLikeness(word)}`,
  );
  return {
    text: [filter.text, ...(words.length > 0 ? each : ['false'])].join(' and '),
    bindings: [...filter.bindings, ...words.flatMap((word) => [word, word])],
  };
}

/** Whole numbers, so that a cursor can hold one exactly. */
function rankOf({ match, words }: Search): Piece {
  if (match === 'exact') {
    return { text: `(ts_rank(s.search, ${QUERY}) * 1e6)::int`, bindings: [words] };
  }
  const near = nearWords(words);
  const sum = near.map(() => 'word_similarity(?, s.search_words)').join(' + ') || '0';
  return { text: `((${sum}) * 1e5)::int`, bindings: near };
}

/** What somebody types into a search box, quotes and minus included; any text is a query. */
const QUERY = `websearch_to_tsquery('english', ?)`;

const MOST_WORDS = 6;
const MOST_LETTERS = 40;

/** The words that may be misspelt. */
const nearWords = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .slice(0, MOST_WORDS)
    .map((word) => [...word].slice(0, MOST_LETTERS).join(''));

const LEAST_LIKENESS = 0.4;
/** In a short word one trigram more or less is chance. */
const leastLikeness = (word: string) => (word.length >= 6 ? LEAST_LIKENESS : 0.5);
