// One page of the feed or of a search, by its number or from where a cursor stands.

import type { Knex } from 'knex';

import type { Reads } from '../../pipeline/platform/open-reads.js';
import { validationError } from '../errors.js';
import type { CachedCounts } from './cached-counts.js';
import type { Cursor, Cursors } from './cursor.js';
import type { FeedEntry, Filter, Match, Range } from './entry.js';
import type { Known } from './known.js';
import { countNewest, isUsual, listNewest } from './queries.js';
import { countFound, fitsExactly, listFound } from './search-queries.js';

export interface Wanted extends Filter {
  readonly page?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly words?: string | undefined;
}

export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  readonly page: number;
  readonly total: number;
  readonly hasMore: boolean;
  readonly nextCursor: string | null;
}

export interface Reading {
  readonly db: Knex;
  readonly reads: Reads;
  readonly known: Known<FeedEntry>;
  readonly cursors: Cursors;
  readonly counts: CachedCounts;
}

/** Pages further down than this many stories are reached by cursors alone, which cost the same at any depth. */
export const DEEPEST = 2_000;

/** @throws ApiError VALIDATION_ERROR for a cursor that is none, or one of another list; and for a page too deep */
export async function readFeed(reading: Reading, wanted: Wanted): Promise<FeedPage> {
  const { cursors, counts } = reading;
  const { limit } = wanted;
  const about = nameOf(wanted);
  const cursor = wanted.cursor === undefined ? null : cursors.read(wanted.cursor, about);
  if (wanted.cursor !== undefined) checkCursor(cursor, wanted);
  const page = cursor?.page ?? wanted.page ?? 1;
  const offset = cursor ? 0 : (page - 1) * limit;
  if (offset > DEEPEST) throw tooDeep();

  const list = await chooseList(reading, wanted, cursor);
  const range = { ...(cursor ? { before: cursor.place } : { offset }), limit: limit + 1 };
  const found = await list.read(range);
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  const hasMore = found.length > limit;
  const isEnd = !cursor && !hasMore && (offset === 0 || entries.length > 0);
  const total = isEnd
    ? offset + entries.length
    : await counts.read(JSON.stringify([about, list.match]), list.count);
  return {
    entries,
    page,
    // The count may be some seconds older than the page.
    total: Math.max(total, cursor || entries.length === 0 ? 0 : offset + found.length),
    hasMore,
    nextCursor:
      hasMore && last
        ? cursors.write({ place: last.place, page: page + 1, match: list.match }, about)
        : null,
  };
}

interface List {
  readonly match: Match | null;
  readonly read: (range: Range) => Promise<FeedEntry[]>;
  readonly count: () => Promise<number>;
}

/** Words that nobody wrote are looked for once more, as if misspelt; a cursor stays with what it began with. */
async function chooseList(
  { db, reads, known }: Reading,
  wanted: Wanted,
  cursor: Cursor | null,
): Promise<List> {
  const { words, category, tag, makerId } = wanted;
  const filter = { category, tag, makerId };
  if (words === undefined) {
    return {
      match: null,
      read: (range) => listNewest(isUsual(range) ? reads : db, filter, range, known),
      count: () => countNewest(db, filter),
    };
  }
  const exact = cursor ? cursor.match === 'exact' : await fitsExactly(db, { ...filter, words });
  const search = { ...filter, words, match: exact ? ('exact' as const) : ('fuzzy' as const) };
  return {
    match: search.match,
    read: (range) => listFound(db, search, range),
    count: () => countFound(db, search),
  };
}

function checkCursor(cursor: Cursor | null, { page }: Wanted): void {
  if (!cursor) {
    throw validationError([
      { field: 'cursor', message: 'must be the next_cursor of an answer to the same question' },
    ]);
  }
  if (page !== undefined) {
    throw validationError([{ field: 'page', message: 'goes without a cursor, or not at all' }]);
  }
}

const tooDeep = () =>
  validationError([
    {
      field: 'page',
      message: `reaches ${DEEPEST} stories deep: go on with next_cursor`,
    },
  ]);

const nameOf = ({ words, category, tag, makerId }: Wanted) =>
  JSON.stringify([words ?? null, category ?? null, tag ?? null, makerId ?? null]);
