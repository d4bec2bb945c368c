// Where a story stands, on the wire: for its maker and for admins.

import { z } from 'zod';

import type { MediaFile } from '../../pipeline/media-file.js';
import type { Caller } from '../http/authenticate.js';
import { ReplyId, ReplyTime } from '../http/wire-types.js';
import { findMissing } from './find-missing.js';
import type { StoryState } from './state-queries.js';
import { STORY_STATUSES, type Story } from './story.js';
import { possibleMoves, STORY_MOVES, type StoryRole } from './story-moves.js';

const Verdict = z.strictObject({ reason: z.string(), at: ReplyTime }).nullable();

export const StoryStateReply = z
  .strictObject({
    story_id: ReplyId('story'),
    status: z.enum(STORY_STATUSES),
    version: z.int(),
    submitted_at: ReplyTime.nullable(),
    publish_at: ReplyTime.nullable().describe('When an approved story will be published'),
    published_at: ReplyTime.nullable(),
    archived_at: ReplyTime.nullable(),
    rejection: Verdict.describe('Until it is submitted again'),
    takedown: Verdict.describe('While it is hidden by an admin'),
    missing: z
      .array(z.looseObject({ field: z.string(), message: z.string() }))
      .describe('What it needs before it can be submitted'),
    possible_moves: z.array(z.enum(STORY_MOVES)).describe('Those of whoever asks'),
  })
  .meta({ id: 'StoryState' });

export const toStateView = (
  story: Story,
  state: StoryState,
  files: readonly MediaFile[],
  caller: Caller,
): z.input<typeof StoryStateReply> => ({
  story_id: state.storyId,
  status: state.status,
  version: state.version,
  submitted_at: state.submittedAt,
  publish_at: state.publishAt,
  published_at: state.publishedAt,
  archived_at: state.archivedAt,
  rejection: toVerdict(state.rejectionReason, state.rejectedAt),
  takedown: toVerdict(state.takedownReason, state.takenDownAt),
  missing: findMissing(story, files).map((need) => ({ ...need })),
  possible_moves: possibleMoves(state, rolesOf(story, caller)),
});

const toVerdict = (reason: string | null, at: Date | null) => at && { reason: reason ?? '', at };

const rolesOf = (story: Story, { userId, userType }: Caller): StoryRole[] => [
  ...(story.maker.makerId === userId ? (['maker'] as const) : []),
  ...(userType === 'admin' ? (['admin'] as const) : []),
];
