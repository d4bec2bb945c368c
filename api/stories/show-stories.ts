// Stories with their clips and pictures, as one request is to see them.

import type { Request } from 'express';

import type { Image } from '../../pipeline/image.js';
import type { MediaFile } from '../../pipeline/media-file.js';
import { listMediaFilesOfStories } from '../../pipeline/media-file-queries.js';
import type { Sql } from '../../pipeline/platform/sql.js';
import { findSalesOf, type Sale } from '../auctions/find-sale.js';
import type { Context } from '../context.js';
import { listPictures } from '../images/find-pictures.js';
import { pictureSigner } from '../images/image-view.js';
import { edgeOrigin } from '../media/public-origin.js';
import type { Story } from './story.js';
import { type StoryView, toStoryView } from './story-view.js';

type Showing = Pick<Context, 'reads' | 'config' | 'keys' | 'clock'>;

/** What is shown with stories. */
export interface Beside {
  readonly clips: readonly MediaFile[];
  readonly pictures: readonly Image[];
  readonly sales: ReadonlyMap<string, Sale>;
}

/** All of it is asked for at once. */
export async function readBeside(reads: Sql, storyIds: readonly string[]): Promise<Beside> {
  const [clips, pictures, sales] = await Promise.all([
    listMediaFilesOfStories(reads, storyIds),
    listPictures(reads, storyIds),
    findSalesOf(reads, storyIds),
  ]);
  return { clips, pictures, sales };
}

/** In the order given. */
export async function showStories(
  context: Showing,
  request: Request,
  stories: readonly Story[],
  beside?: Beside,
): Promise<StoryView[]> {
  const ids = stories.map(({ storyId }) => storyId);
  const { clips, pictures, sales } = beside ?? (await readBeside(context.reads, ids));
  const origin = edgeOrigin(context.config, request);
  const audience = { origin, sign: pictureSigner(context, request), pictures, sales };
  return stories.map((story) => toStoryView(story, clips, audience));
}

/** @param beside what was read meanwhile; else it is read now, as it was committed */
export async function showStory(
  context: Showing,
  request: Request,
  story: Story,
  beside?: Beside,
): Promise<StoryView> {
  const [view] = await showStories(context, request, [story], beside);
  if (!view) throw new Error('A story was lost on the way');
  return view;
}

export const listClips = (sql: Sql, stories: readonly Story[]): Promise<MediaFile[]> =>
  listMediaFilesOfStories(
    sql,
    stories.map(({ storyId }) => storyId),
  );
