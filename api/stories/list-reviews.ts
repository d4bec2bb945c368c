// Stories of one status as admins judge them: with their clips, and with how they stand.

import type { Request } from 'express';

import type { Context } from '../context.js';
import type { Caller } from '../http/authenticate.js';
import { findStories } from './queries.js';
import { readBeside, showStories } from './show-stories.js';
import { findStates, listIdsByStatus } from './state-queries.js';
import { toStateView } from './state-view.js';
import type { StoryStatus } from './story.js';

export async function listReviews(
  context: Pick<Context, 'db' | 'reads' | 'config' | 'keys' | 'clock'>,
  status: StoryStatus,
  page: { readonly limit: number; readonly offset: number },
  caller: Caller,
  request: Request,
) {
  const { db } = context;
  const ids = await listIdsByStatus(db, status, page);
  const found = await findStories(db, ids);
  const states = await findStates(db, ids);
  const known = ids.flatMap((storyId) => {
    const [story, state] = [found.get(storyId), states.get(storyId)];
    return story && state ? [{ story, state }] : [];
  });
  const stories = known.map(({ story }) => story);
  const beside = await readBeside(
    context.reads,
    stories.map(({ storyId }) => storyId),
  );
  const views = await showStories(context, request, stories, beside);
  return known.flatMap(({ story, state }, at) => {
    const view = views[at];
    return view ? [{ story: view, state: toStateView(story, state, beside.clips, caller) }] : [];
  });
}
