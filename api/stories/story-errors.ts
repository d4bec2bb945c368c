import { ApiError, type ErrorDetail } from '../errors.js';
import { MOST_CLIPS, type StoryStatus } from './story.js';
import {
  possibleMoves,
  type StoryMove,
  type StoryPosition,
  type StoryRole,
} from './story-moves.js';

export const storyNotFound = () => new ApiError(404, 'STORY_NOT_FOUND', 'There is no such story.');

export const storyNotDraft = (status: StoryStatus) =>
  new ApiError(409, 'STORY_NOT_DRAFT', `Only a draft can be changed; this story is ${status}.`, {
    details: [whereItStands({ status, takenDown: false }, 'maker')],
  });

/** Says where the story stands, and what this role could do with it instead. */
export const moveNotPossible = (position: StoryPosition, role: StoryRole, move: StoryMove) =>
  new ApiError(
    409,
    'MOVE_NOT_POSSIBLE',
    `${WORDS[move]} is not possible: this story is ${standing(position)}.`,
    { details: [whereItStands(position, role)] },
  );

export const storyIncomplete = (missing: readonly ErrorDetail[]) =>
  new ApiError(422, 'STORY_INCOMPLETE', 'The story is not complete yet.', { details: missing });

export const storyChanged = () =>
  new ApiError(412, 'STORY_CHANGED', 'It was changed meanwhile: look at what it says now.');

export const auctionRunning = () =>
  new ApiError(409, 'AUCTION_RUNNING', 'That has to wait until the auction of this story is over.');

export const submissionsPaused = () =>
  new ApiError(409, 'SUBMISSIONS_PAUSED', 'Stories are not taken in right now. Try again later.');

export const storyNotShown = () =>
  new ApiError(409, 'STORY_NOT_SHOWN', 'This story is not shown to others at present.');

export const tooManyClips = () =>
  new ApiError(409, 'TOO_MANY_CLIPS', `A story holds at most ${MOST_CLIPS} clips.`);

export const clipsDiffer = () =>
  new ApiError(409, 'CLIPS_CHANGED', 'The list must hold exactly the clips of this story.');

const standing = ({ status, takenDown }: StoryPosition) =>
  takenDown ? `${status} and taken down` : status;

const whereItStands = (position: StoryPosition, role: StoryRole): ErrorDetail => ({
  field: 'status',
  message: `is ${standing(position)}`,
  status: position.status,
  taken_down: position.takenDown,
  possible_moves: possibleMoves(position, [role]),
});

const WORDS: Readonly<Record<StoryMove, string>> = {
  edit: 'An edit',
  delete: 'Deleting',
  submit: 'Submitting',
  withdraw: 'Withdrawing',
  revise: 'Revising',
  archive: 'Archiving',
  restore: 'Restoring',
  approve: 'Approving',
  schedule: 'Scheduling',
  reject: 'Rejecting',
  take_down: 'Taking down',
  reinstate: 'Reinstating',
  publish: 'Publishing',
};
