// Stories with their clips and pictures, as one request is to see them.

import type { Request } from 'express';
import type { Knex } from 'knex';

import type { MediaFile } from '../../pipeline/media-file.js';
import { listMediaFiles } from '../../pipeline/media-file-queries.js';
import { findSalesOf } from '../auctions/find-sale.js';
import type { Context } from '../context.js';
import { listPictures } from '../images/find-pictures.js';
import { pictureSigner } from '../images/image-view.js';
import { edgeOrigin } from '../media/public-origin.js';
import type { Story } from './story.js';
import { type StoryView, toStoryView } from './story-view.js';

type Showing = Pick<Context, 'config' | 'keys' | 'clock'>;

/** In the order given. */
export async function showStories(
  context: Showing,
  db: Knex,
  request: Request,
  stories: readonly Story[],
  files?: readonly MediaFile[],
): Promise<StoryView[]> {
  const ids = stories.map(({ storyId }) => storyId);
  const clips = files ?? (await listClips(db, stories));
  const audience = {
    origin: edgeOrigin(context.config, request),
    sign: pictureSigner(context, request),
    pictures: await listPictures(db, ids),
    sales: await findSalesOf(db, ids),
  };
  return stories.map((story) => toStoryView(story, clips, audience));
}

export async function showStory(
  context: Showing,
  db: Knex,
  request: Request,
  story: Story,
): Promise<StoryView> {
  const [view] = await showStories(context, db, request, [story]);
  if (!view) throw new Error('A story was lost on the way');
  return view;
}

export const listClips = (db: Knex, stories: readonly Story[]): Promise<MediaFile[]> =>
  listMediaFiles(
    db,
    stories.flatMap(({ carousel }) => carousel.map(({ mediaId }) => mediaId)),
  );
