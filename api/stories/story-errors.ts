import { ApiError } from '../errors.js';
import { MOST_CLIPS, type StoryStatus } from './story.js';

export const storyNotFound = () => new ApiError(404, 'STORY_NOT_FOUND', 'There is no such story.');

export const storyNotDraft = (status: StoryStatus) =>
  new ApiError(409, 'STORY_NOT_DRAFT', `Only a draft can be changed; this story is ${status}.`);

export const storyNotShown = () =>
  new ApiError(409, 'STORY_NOT_SHOWN', 'This story is not shown to others at present.');

export const tooManyClips = () =>
  new ApiError(409, 'TOO_MANY_CLIPS', `A story holds at most ${MOST_CLIPS} clips.`);

export const clipsDiffer = () =>
  new ApiError(409, 'CLIPS_CHANGED', 'The list must hold exactly the clips of this story.');
