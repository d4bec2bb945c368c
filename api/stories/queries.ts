// All SQL on stories, with the profiles of their makers, and the one definition of a visible story.

import type { Knex } from 'knex';

import { keepPlan } from '../../pipeline/platform/keep-plan.js';
import { toDecimalText, toMinorUnits } from '../../pipeline/platform/money.js';
import type { Sql } from '../../pipeline/platform/sql.js';
import {
  type CarouselEntry,
  SECTION_TYPES,
  type Section,
  type Story,
  type StoryStatus,
} from './story.js';

export interface NewStory {
  readonly storyId: string;
  readonly makerId: string;
  readonly title: string;
  readonly description: string;
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly minimumOffer: number;
  readonly currency: string;
  readonly sections: readonly Section[];
}

export async function insertStory(db: Knex, story: NewStory): Promise<void> {
  await db('stories').insert({
    story_id: story.storyId,
    maker_id: story.makerId,
    title: story.title,
    description: story.description,
    category: story.category,
    tags: [...story.tags],
    minimum_offer: toDecimalText(story.minimumOffer),
    currency: story.currency,
    sections: JSON.stringify(story.sections),
  });
}

/** Undefined where there is none, or where it was deleted. */
export async function findStory(db: Knex, storyId: string): Promise<Story | undefined> {
  const row = await withMaker(db).where('s.story_id', storyId).first();
  return row && toStory(row);
}

/** With whether everybody may see it. */
export async function findShownStory(
  sql: Sql,
  storyId: string,
): Promise<{ story: Story; visible: boolean } | undefined> {
  const { rows } = await sql.raw<StoryRow & { visible: boolean }>(SHOWN, [storyId]);
  const [row] = rows;
  return row && { story: toStory(row), visible: row.visible };
}

/** By id; those that are deleted are left out. */
export async function findStories(
  db: Knex,
  storyIds: readonly string[],
): Promise<Map<string, Story>> {
  const rows = await withMaker(db).whereIn('s.story_id', storyIds);
  return new Map(rows.map((row) => [row.story_id, toStory(row)]));
}

/** Those who change the carousel take turns by this lock. */
export async function lockStory(
  trx: Knex.Transaction,
  storyId: string,
): Promise<Story | undefined> {
  const row = await withMaker(trx)
    .where('s.story_id', storyId)
    .forNoKeyUpdate('s')
    .options(keepPlan('lock story'))
    .first();
  return row && toStory(row);
}

/** Newest first. */
export async function listStoriesOfMaker(
  db: Knex,
  makerId: string,
  page: { limit: number; offset: number },
): Promise<Story[]> {
  const rows = await withMaker(db)
    .where('s.maker_id', makerId)
    .orderBy([
      { column: 's.created_at', order: 'desc' },
      { column: 's.story_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset);
  return rows.map(toStory);
}

export async function countStoriesOfMaker(db: Knex, makerId: string): Promise<number> {
  const row = await db('stories')
    .where({ maker_id: makerId, deleted_at: null })
    .first<{ total: string }>(db.raw('count(*) as total'));
  return Number(row.total);
}

export async function findCarousels(
  db: Knex,
  storyIds: readonly string[],
): Promise<Map<string, CarouselEntry[]>> {
  const rows = await db<StoryRow>('stories')
    .whereIn('story_id', storyIds)
    .where({ deleted_at: null } as object)
    .select('story_id', 'carousel_config');
  return new Map(rows.map((row) => [row.story_id, row.carousel_config.map(toEntry)]));
}

export async function saveCarousel(
  trx: Knex.Transaction,
  storyId: string,
  carousel: readonly CarouselEntry[],
): Promise<void> {
  const config = carousel.map(({ mediaId, context, replaces }) => ({
    media_id: mediaId,
    context,
    ...(replaces && { replaces }),
  }));
  await trx('stories')
    .where({ story_id: storyId })
    .update({ carousel_config: JSON.stringify(config), updated_at: trx.fn.now() });
}

export async function softDeleteStory(trx: Knex.Transaction, storyId: string): Promise<void> {
  await trx('stories')
    .where({ story_id: storyId })
    .update({ deleted_at: trx.fn.now(), updated_at: trx.fn.now() });
}

/**
 * What anybody may see. Bindings: none; `s` is the story. The maker is looked up for each story: as `exists` it would be
 * joined, and a page of twenty would read all users.
 */
export const VISIBLE = `s.status = 'published' and s.deleted_at is null and s.taken_down_at is null
  and coalesce((
    select u.status = 'active' and u.deleted_at is null from users u where u.user_id = s.maker_id), false)
  and not exists (
    select from jsonb_array_elements(s.carousel_config) entry
    left join media_files m on m.media_id = (entry->>'media_id')::uuid and m.deleted_at is null
    where m.processing_status is distinct from 'completed')`;

export async function isVisible(db: Knex, storyId: string): Promise<boolean> {
  const row = await db('stories as s')
    .where('s.story_id', storyId)
    .whereRaw(VISIBLE)
    .first(db.raw('1'));
  return row !== undefined;
}

/** Whether a clip may still be played by who holds its cookies: not deleted, not taken down. */
export async function isServed(db: Knex, mediaId: string): Promise<boolean> {
  const row = await db('media_files as m')
    .join('stories as s', 's.story_id', 'm.story_id')
    .join('users as u', 'u.user_id', 's.maker_id')
    .where({ 'm.media_id': mediaId, 'm.deleted_at': null, 's.deleted_at': null })
    .where({ 's.taken_down_at': null, 'u.status': 'active', 'u.deleted_at': null })
    .first(db.raw('1'));
  return row !== undefined;
}

interface StoryRow {
  story_id: string;
  maker_id: string;
  title: string;
  description: string;
  category: string | null;
  tags: string[] | null;
  status: StoryStatus;
  minimum_offer: string; // pg returns decimal as text
  currency: string;
  carousel_config: { media_id: string; context: string | null; replaces?: string }[];
  sections: Section[] | Partial<Record<Section['type'], string>> | null;
  created_at: Date;
  updated_at: Date;
  display_name: string | null;
  avatar_url: string | null;
  bio: string | null;
}

const withMaker = (db: Knex) =>
  db<StoryRow>('stories as s')
    .leftJoin('user_profiles as p', 'p.user_id', 's.maker_id')
    .whereNull('s.deleted_at')
    .select<StoryRow[]>(...STORY_COLUMNS);

/** Not what the search made of them: it may be as long as the story itself. */
const STORY_COLUMNS = [
  ...['s.story_id', 's.maker_id', 's.title', 's.description', 's.category', 's.tags', 's.status'],
  ...['s.minimum_offer', 's.currency', 's.carousel_config', 's.sections', 's.created_at'],
  ...['s.updated_at', 'p.display_name', 'p.avatar_url', 'p.bio'],
];

const SHOWN = `select ${STORY_COLUMNS.join(', ')}, (${VISIBLE}) as visible
  from stories s left join user_profiles p on p.user_id = s.maker_id
  where s.story_id = ? and s.deleted_at is null`;

const toStory = (row: StoryRow): Story => ({
  storyId: row.story_id,
  maker: {
    makerId: row.maker_id,
    displayName: row.display_name ?? '',
    avatarUrl: row.avatar_url,
    bio: row.bio,
  },
  title: row.title,
  description: row.description,
  category: row.category,
  tags: row.tags ?? [],
  status: row.status,
  minimumOffer: toMinorUnits(row.minimum_offer),
  currency: row.currency,
  carousel: row.carousel_config.map(toEntry),
  sections: toSections(row.sections),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const toEntry = (entry: StoryRow['carousel_config'][number]): CarouselEntry => ({
  mediaId: entry.media_id,
  context: entry.context ?? null,
  replaces: entry.replaces ?? null,
});

/** A list keeps the maker's order; an object, as the column's default is one, is read in ours. */
function toSections(stored: StoryRow['sections']): Section[] {
  if (Array.isArray(stored)) return stored;
  return SECTION_TYPES.flatMap((type) => {
    const content = stored?.[type];
    return content ? [{ type, content }] : [];
  });
}
