// A published story is what offers are made on: each change of it is a version of its own.

import type { Knex } from 'knex';

import { listMediaFiles } from '../../pipeline/media-file-queries.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { ErrorDetail } from '../errors.js';
import { hasRunningAuction } from './auction-queries.js';
import { findMissing } from './find-missing.js';
import { findStates } from './state-queries.js';
import type { Story } from './story.js';
import { changedFields, contentOf, MATERIAL_FIELDS, pickFields } from './story-content.js';
import { auctionRunning, storyIncomplete } from './story-errors.js';
import { insertVersion, raiseVersion } from './version-queries.js';

/** What is published first, by whoever published it. Published again, it is still the same version. */
export async function keepFirstVersion(
  trx: Knex.Transaction,
  story: Story,
  actorId: string | null,
): Promise<void> {
  const state = (await findStates(trx, [story.storyId])).get(story.storyId);
  if (!state) throw new Error('A story that is locked is not there');
  const content = contentOf(story);
  const { version } = state;
  await insertVersion(trx, story.storyId, { version, actorId, changed: [], content });
}

/**
 * Called with the row locked, beside the change itself. Of a draft nothing is kept.
 * @throws ApiError AUCTION_RUNNING where something material changes, STORY_INCOMPLETE where something would be missing
 */
export async function keepChange(
  trx: Knex.Transaction,
  actor: Actor,
  before: Story,
  after: Story,
): Promise<void> {
  if (before.status !== 'published') return;
  const { storyId } = before;
  const [old, content] = [contentOf(before), contentOf(after)];
  const changed = changedFields(old, content);
  if (changed.length === 0) return;
  if (changed.some((field) => MATERIAL_FIELDS.includes(field))) {
    if (await hasRunningAuction(trx, storyId)) throw auctionRunning();
  }
  refuseLack(findMissing(after, allCompleted(after)));
  await keepFirstVersion(trx, before, before.maker.makerId);
  const version = await raiseVersion(trx, storyId);
  await insertVersion(trx, storyId, { version, actorId: actor.userId, changed, content });
  await recordAudit(trx, actor, {
    action: 'story.edit',
    subject: toPublicId('story', storyId),
    before: { version: version - 1, ...pickFields(old, changed) },
    after: { version, ...pickFields(content, changed) },
  });
}

/** @throws ApiError STORY_INCOMPLETE with everything that is missing */
export async function refuseIncomplete(trx: Knex.Transaction, story: Story): Promise<void> {
  const ids = story.carousel.map(({ mediaId }) => mediaId);
  refuseLack(findMissing(story, await listMediaFiles(trx, ids)));
}

function refuseLack(missing: readonly ErrorDetail[]): void {
  if (missing.length > 0) throw storyIncomplete(missing);
}

/** A clip of a published story that is being made anew is no reason to refuse other words. */
const allCompleted = ({ carousel }: Story) =>
  carousel.map(({ mediaId }) => ({ mediaId, status: 'completed' as const }));
