// All SQL on where stories stand: the moves of their rows, the queue of the moderation, and what is due.

import type { Knex } from 'knex';

import { keepPlan } from '../../pipeline/platform/keep-plan.js';
import type { StoryStatus } from './story.js';
import type { StoryMove, StoryPosition } from './story-moves.js';

export interface StoryState extends StoryPosition {
  readonly storyId: string;
  readonly version: number;
  readonly submittedAt: Date | null;
  /** When an approved story is to be published. */
  readonly publishAt: Date | null;
  readonly publishedAt: Date | null;
  readonly archivedAt: Date | null;
  readonly rejectedAt: Date | null;
  readonly rejectionReason: string | null;
  readonly takenDownAt: Date | null;
  readonly takedownReason: string | null;
}

/** Deleted stories have none. */
export async function findStates(
  db: Knex,
  storyIds: readonly string[],
): Promise<Map<string, StoryState>> {
  const rows = await db<StateRow>('stories')
    .whereRaw('story_id = any(?::uuid[])', [[...storyIds]])
    .whereNull('deleted_at')
    .options(keepPlan('find states'))
    .select(...COLUMNS);
  return new Map(rows.map((row) => [row.story_id, toState(row)]));
}

/** Those that wait longest come first. */
export async function listIdsByStatus(
  db: Knex,
  status: StoryStatus,
  page: { limit: number; offset: number },
): Promise<string[]> {
  return db('stories')
    .where({ status, deleted_at: null })
    .orderBy([{ column: 'submitted_at', nulls: 'last' }, { column: 'story_id' }])
    .limit(page.limit)
    .offset(page.offset)
    .pluck('story_id');
}

export async function countByStatus(db: Knex, status: StoryStatus): Promise<number> {
  const row = await db('stories')
    .where({ status, deleted_at: null })
    .first<{ total: string }>(db.raw('count(*) as total'));
  return Number(row.total);
}

/** By the database's clock. */
export const listDueIds = (db: Knex, most: number): Promise<string[]> =>
  db('stories')
    .where({ status: 'approved', deleted_at: null })
    .whereRaw('publish_at <= now()')
    .orderBy('publish_at')
    .limit(most)
    .pluck('story_id');

/** Asked again under the lock: another process, or an admin, may have been first. */
export async function isDue(trx: Knex.Transaction, storyId: string): Promise<boolean> {
  const row = await trx('stories')
    .where({ story_id: storyId })
    .whereRaw('publish_at <= now()')
    .first(trx.raw('1'));
  return row !== undefined;
}

/** The caller holds the row's lock and has asked whether the move may be made. */
export async function saveMove(
  trx: Knex.Transaction,
  storyId: string,
  made: {
    readonly move: StoryMove;
    readonly status: StoryStatus;
    readonly reason: string | null;
    readonly publishAt: Date | null;
  },
): Promise<void> {
  await trx('stories')
    .where({ story_id: storyId })
    .update({
      status: made.status,
      updated_at: trx.fn.now(),
      ...COLUMNS_OF_MOVES[made.move]?.(made, trx.fn.now()),
    });
}

const forgotten = { rejected_at: null, rejection_reason: null };

const COLUMNS_OF_MOVES: Readonly<
  Partial<
    Record<
      StoryMove,
      (made: { reason: string | null; publishAt: Date | null }, now: Knex.Raw) => object
    >
  >
> = {
  submit: (_, now) => ({ submitted_at: now, publish_at: null, ...forgotten }),
  archive: (_, now) => ({ archived_at: now }),
  restore: () => ({ archived_at: null }),
  approve: (_, now) => ({ publish_at: null, published_at: now }),
  publish: (_, now) => ({ publish_at: null, published_at: now }),
  schedule: ({ publishAt }) => ({ publish_at: publishAt }),
  reject: ({ reason }, now) => ({ rejected_at: now, rejection_reason: reason }),
  take_down: ({ reason }, now) => ({ taken_down_at: now, takedown_reason: reason }),
  reinstate: () => ({ taken_down_at: null, takedown_reason: null }),
};

const COLUMNS = [
  ...(['story_id', 'status', 'version', 'submitted_at', 'publish_at', 'published_at'] as const),
  ...(['archived_at', 'rejected_at', 'rejection_reason'] as const),
  ...(['taken_down_at', 'takedown_reason'] as const),
];

interface StateRow {
  story_id: string;
  status: StoryStatus;
  version: number;
  submitted_at: Date | null;
  publish_at: Date | null;
  published_at: Date | null;
  archived_at: Date | null;
  rejected_at: Date | null;
  rejection_reason: string | null;
  taken_down_at: Date | null;
  takedown_reason: string | null;
  deleted_at: Date | null;
}

const toState = (row: Omit<StateRow, 'deleted_at'>): StoryState => ({
  storyId: row.story_id,
  status: row.status,
  takenDown: row.taken_down_at !== null,
  version: row.version,
  submittedAt: row.submitted_at,
  publishAt: row.publish_at,
  publishedAt: row.published_at,
  archivedAt: row.archived_at,
  rejectedAt: row.rejected_at,
  rejectionReason: row.rejection_reason,
  takenDownAt: row.taken_down_at,
  takedownReason: row.takedown_reason,
});
