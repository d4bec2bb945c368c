// One move of a story: under its row's lock, with its audit in the same transaction.

import type { Knex } from 'knex';

import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { hasRunningAuction } from './auction-queries.js';
import { keepFirstVersion, refuseIncomplete } from './keep-version.js';
import { lockStory } from './queries.js';
import { findStates, type StoryState, saveMove } from './state-queries.js';
import { tellChanged } from './stories-changed.js';
import type { Story } from './story.js';
import { auctionRunning, moveNotPossible, storyNotFound } from './story-errors.js';
import { afterMove, type StoryMove, type StoryRole } from './story-moves.js';

export interface MoveOfStory {
  readonly storyId: string;
  readonly move: StoryMove;
  readonly reason?: string;
  readonly publishAt?: Date;
}

export interface Mover {
  readonly actor: Actor;
  readonly role: StoryRole;
}

/**
 * @throws ApiError STORY_NOT_FOUND also where a maker's is another's, MOVE_NOT_POSSIBLE, STORY_INCOMPLETE,
 *   AUCTION_RUNNING
 */
export async function moveStory(
  { db, mediaEvents }: Pick<Context, 'db' | 'mediaEvents'>,
  mover: Mover,
  wanted: MoveOfStory,
): Promise<void> {
  await db.transaction((trx) => moveLocked(trx, mover, wanted));
  tellChanged({ mediaEvents }, wanted.storyId);
}

export async function moveLocked(
  trx: Knex.Transaction,
  { actor, role }: Mover,
  { storyId, move, reason, publishAt }: MoveOfStory,
): Promise<void> {
  const { story, state } = await lockWithState(trx, storyId);
  if (role === 'maker' && story.maker.makerId !== actor.userId) throw storyNotFound();
  const after = afterMove(state, role, move);
  if (!after) throw moveNotPossible(state, role, move);
  if (COMPLETE_ONLY.has(move)) await refuseIncomplete(trx, story);
  if (move === 'archive' && (await hasRunningAuction(trx, storyId))) throw auctionRunning();

  const made = { move, status: after.status, reason: reason ?? null, publishAt: publishAt ?? null };
  await saveMove(trx, storyId, made);
  if (after.status === 'published') await keepFirstVersion(trx, story, actor.userId);
  await recordAudit(trx, actor, {
    action: `story.${move}`,
    subject: toPublicId('story', storyId),
    before: { status: state.status, taken_down: state.takenDown, publish_at: state.publishAt },
    after: {
      status: after.status,
      taken_down: after.takenDown,
      publish_at: move === 'schedule' ? made.publishAt : null,
      ...(reason !== undefined && { reason }),
    },
  });
}

/** @throws ApiError STORY_NOT_FOUND */
export async function lockWithState(
  trx: Knex.Transaction,
  storyId: string,
): Promise<{ story: Story; state: StoryState }> {
  const story = await lockStory(trx, storyId);
  const state = (await findStates(trx, [storyId])).get(storyId);
  if (!story || !state) throw storyNotFound();
  return { story, state };
}

/** The clock publishes what was complete when it was approved; a clip that is made anew hides it until then. */
const COMPLETE_ONLY: ReadonlySet<StoryMove> = new Set(['submit', 'approve', 'schedule', 'restore']);
