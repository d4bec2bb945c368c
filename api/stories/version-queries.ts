// All SQL on the content of stories as it changes, and on their versions. A version, once written, stays.

import type { Knex } from 'knex';

import { toDecimalText } from '../../pipeline/platform/money.js';
import type { Section } from './story.js';
import type { ContentField, StoryContent } from './story-content.js';

export interface StoryText {
  readonly title: string;
  readonly description: string;
  readonly category: string | null;
  readonly tags: readonly string[];
  /** Minor units. */
  readonly minimumOffer: number;
  readonly sections: readonly Section[];
}

export interface StoryVersion {
  readonly version: number;
  /** Null where the system published it. */
  readonly actorId: string | null;
  /** Empty for the first. */
  readonly changed: readonly ContentField[];
  readonly content: StoryContent;
  readonly createdAt: Date;
}

export async function saveText(
  trx: Knex.Transaction,
  storyId: string,
  text: StoryText,
): Promise<void> {
  await trx('stories')
    .where({ story_id: storyId })
    .update({
      title: text.title,
      description: text.description,
      category: text.category,
      tags: [...text.tags],
      minimum_offer: toDecimalText(text.minimumOffer),
      sections: JSON.stringify(text.sections),
      updated_at: trx.fn.now(),
    });
}

/** Where the version is kept already, it stays as it is. */
export async function insertVersion(
  trx: Knex.Transaction,
  storyId: string,
  version: Omit<StoryVersion, 'createdAt'>,
): Promise<void> {
  await trx('story_versions')
    .insert({
      story_id: storyId,
      version: version.version,
      actor_id: version.actorId,
      changed: [...version.changed],
      content: JSON.stringify(version.content),
    })
    .onConflict(['story_id', 'version'])
    .ignore();
}

/** The number that the story has now. */
export async function raiseVersion(trx: Knex.Transaction, storyId: string): Promise<number> {
  const [row] = await trx('stories')
    .where({ story_id: storyId })
    .update({ version: trx.raw('version + 1') })
    .returning<{ version: number }[]>('version');
  if (!row) throw new Error('A story that is locked is not there');
  return row.version;
}

/** Newest first. */
export async function listVersions(
  db: Knex,
  storyId: string,
  page: { limit: number; offset: number },
): Promise<StoryVersion[]> {
  const rows = await db<VersionRow>('story_versions')
    .where({ story_id: storyId })
    .orderBy('version', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .select('*');
  return rows.map((row) => ({
    version: row.version,
    actorId: row.actor_id,
    changed: row.changed,
    content: row.content,
    createdAt: row.created_at,
  }));
}

export async function countVersions(db: Knex, storyId: string): Promise<number> {
  const row = await db('story_versions')
    .where({ story_id: storyId })
    .first<{ total: string }>(db.raw('count(*) as total'));
  return Number(row.total);
}

interface VersionRow {
  story_id: string;
  version: number;
  actor_id: string | null;
  changed: ContentField[];
  content: StoryContent;
  created_at: Date;
}
