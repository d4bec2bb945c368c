// All SQL on saves: which stories somebody keeps.

import type { Knex } from 'knex';

import { VISIBLE_STORY } from '../stories/visible-story.js';

interface Save {
  readonly userId: string;
  readonly storyId: string;
}

export async function insertSave(db: Knex, { userId, storyId }: Save): Promise<void> {
  await db('saves')
    .insert({ user_id: userId, story_id: storyId })
    .onConflict(['user_id', 'story_id'])
    .ignore();
}

/** False where there was none. */
export async function deleteSave(db: Knex, { userId, storyId }: Save): Promise<boolean> {
  return (await db('saves').where({ user_id: userId, story_id: storyId }).delete()) > 0;
}

export async function isSaved(db: Knex, { userId, storyId }: Save): Promise<boolean> {
  const row = await db('saves').where({ user_id: userId, story_id: storyId }).first('story_id');
  return row !== undefined;
}

/** Of stories that are visible, last saved first. */
export async function listSaved(
  db: Knex,
  userId: string,
  page: { limit: number; offset: number },
): Promise<string[]> {
  const rows: { story_id: string }[] = await saved(db, userId)
    .orderBy([
      { column: 'k.created_at', order: 'desc' },
      { column: 'k.story_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset)
    .select('k.story_id');
  return rows.map((row) => row.story_id);
}

export async function countSaved(db: Knex, userId: string): Promise<number> {
  const row = await saved(db, userId).first<{ total: string }>(db.raw('count(*) as total'));
  return Number(row.total);
}

const saved = (db: Knex, userId: string) =>
  db('saves as k')
    .join('stories as s', 's.story_id', 'k.story_id')
    .where({ 'k.user_id': userId })
    .whereNotNull('s.published_at')
    .whereRaw(VISIBLE_STORY);
