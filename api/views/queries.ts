// All SQL on views: who was counted lately, under names that a day's salt makes and nobody can undo, and how many there were.

import type { Knex } from 'knex';

/** Whoever was counted within this time is not counted again. */
const WINDOW = `interval '30 minutes'`;

/** The salt of today, UTC: the first who asks makes it, all processes use it. */
export async function saltOfDay(
  db: Knex,
  proposed: Buffer,
): Promise<{ day: string; salt: Buffer }> {
  const { rows } = await db.raw(
    `with made as (
      insert into view_salts (day, salt) values ((now() at time zone 'UTC')::date, ?)
      on conflict (day) do update set salt = view_salts.salt
      returning day, salt)
    select day::text, salt from made`,
    [proposed],
  );
  return rows[0];
}

/** @returns whether this one counts */
export async function countView(db: Knex, storyId: string, viewer: Buffer): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `with counted as (
      insert into story_viewers as v (story_id, viewer) values (?, ?)
      on conflict (story_id, viewer) do update set counted_at = now()
        where v.counted_at <= now() - ${WINDOW}
      returning v.story_id)
    insert into story_view_counts as c (story_id, views)
      select story_id, 1 from counted
      on conflict (story_id) do update set views = c.views + 1
      returning 1`,
    [storyId, viewer],
  );
  return rows.length > 0;
}

export async function findViewCount(db: Knex, storyId: string): Promise<number> {
  const row = await db('story_view_counts').where({ story_id: storyId }).first('views');
  return Number(row?.views ?? 0);
}

/** What is not needed to count: viewers behind the window, and salts of days behind yesterday. */
export async function removeOldViewers(db: Knex): Promise<number> {
  await db('view_salts').whereRaw(`day < (now() at time zone 'UTC')::date - 1`).delete();
  return db('story_viewers').whereRaw(`counted_at <= now() - ${WINDOW}`).delete();
}
