// Changes to the carousel of a story. Each takes the story's lock, so that changes take turns. A clip comes to a draft only.

import type { Knex } from 'knex';

import type { Actor } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { keepChange } from './keep-version.js';
import { findCarousels, findStory, lockStory, saveCarousel } from './queries.js';
import {
  type CarouselEntry,
  countPlaces,
  MOST_CLIPS,
  type Story,
  withEntry,
  withoutEntry,
  withReplaced,
} from './story.js';
import { storyNotDraft, storyNotFound, tooManyClips } from './story-errors.js';

export interface DraftOf {
  readonly storyId: string;
  readonly makerId: string;
}

/** @throws ApiError STORY_NOT_FOUND also where it is another maker's, STORY_NOT_DRAFT */
export async function lockDraft(
  trx: Knex.Transaction,
  { storyId, makerId }: DraftOf,
): Promise<Story> {
  const story = await lockStory(trx, storyId);
  if (story?.maker.makerId !== makerId) throw storyNotFound();
  if (story.status !== 'draft') throw storyNotDraft(story.status);
  return story;
}

/**
 * For what a published story lets happen to its carousel too: another order, other labels, a clip less.
 * @throws ApiError as `lockDraft`
 */
export async function lockArrangeable(
  trx: Knex.Transaction,
  { storyId, makerId }: DraftOf,
): Promise<Story> {
  const story = await lockStory(trx, storyId);
  if (story?.maker.makerId !== makerId) throw storyNotFound();
  if (story.status !== 'draft' && story.status !== 'published') throw storyNotDraft(story.status);
  return story;
}

/**
 * Gives a new clip its place: the last one, or beside the clip that it is to replace.
 * @throws ApiError as `lockDraft`; TOO_MANY_CLIPS; null is returned where there is no clip to replace
 */
export async function addToCarousel(
  trx: Knex.Transaction,
  draft: DraftOf,
  entry: CarouselEntry,
): Promise<CarouselEntry | null> {
  const { carousel } = await lockDraft(trx, draft);
  const replaced = carousel.find(({ mediaId }) => mediaId === entry.replaces);
  if (entry.replaces && !replaced) return null;
  const placed = { ...entry, context: entry.context ?? replaced?.context ?? null };
  const next = withEntry(carousel, placed);
  if (countPlaces(next) > MOST_CLIPS) throw tooManyClips();
  await saveCarousel(trx, draft.storyId, next);
  return placed;
}

/** Waits for other changes of the carousel to be done; the lock to take before a clip's or an upload's. */
export async function takeCarouselTurn(trx: Knex.Transaction, storyId: string): Promise<void> {
  await lockStory(trx, storyId);
}

/**
 * Takes a clip out for good; of a published story it makes a version.
 * @throws ApiError as `lockDraft`; AUCTION_RUNNING, STORY_INCOMPLETE where fewer than three would be left; null is
 *   returned where there is no such clip
 */
export async function takeFromCarousel(
  trx: Knex.Transaction,
  actor: Actor,
  draft: DraftOf,
  mediaId: string,
): Promise<Story | null> {
  const story = await lockArrangeable(trx, draft);
  if (!story.carousel.some((entry) => entry.mediaId === mediaId)) return null;
  const carousel = withoutEntry(story.carousel, mediaId);
  await keepChange(trx, actor, story, { ...story, carousel });
  await saveCarousel(trx, draft.storyId, carousel);
  return { ...story, carousel };
}

/** Asks nothing of the story's state: an upload may expire whatever became of its story. */
export async function dropFromCarousel(
  trx: Knex.Transaction,
  storyId: string,
  mediaId: string,
): Promise<void> {
  const story = await lockStory(trx, storyId);
  if (story) await saveCarousel(trx, storyId, withoutEntry(story.carousel, mediaId));
}

/** @returns the clip that gives its place to the one that has arrived, if it was to replace one */
export async function settleReplacement(
  trx: Knex.Transaction,
  storyId: string,
  mediaId: string,
): Promise<string | null> {
  const story = await lockStory(trx, storyId);
  if (story?.status !== 'draft') return null;
  const { carousel, replaced } = withReplaced(story.carousel, mediaId);
  if (replaced) await saveCarousel(trx, storyId, carousel);
  return replaced;
}

/**
 * For what takes a completed clip back to work: it would hide a story that is shown, and change one that is judged.
 * @throws ApiError STORY_NOT_DRAFT
 */
export async function refuseUnlessDraft(
  { db }: Pick<Context, 'db'>,
  storyId: string | null,
): Promise<void> {
  const story = storyId && (await findStory(db, storyId));
  if (story && story.status !== 'draft') throw storyNotDraft(story.status);
}

/** By story; one that is deleted is left out. */
export const listCarousels = (
  db: Knex,
  storyIds: readonly string[],
): Promise<ReadonlyMap<string, readonly CarouselEntry[]>> => findCarousels(db, storyIds);
