// The pictures of stories that are ready to be shown, and whether the edge may serve one.

import type { Knex } from 'knex';

import type { Image } from '../../pipeline/image.js';
import * as queries from '../../pipeline/image-queries.js';
import type { Context } from '../context.js';

export const listPictures = (db: Knex, storyIds: readonly string[]): Promise<Image[]> =>
  queries.listPicturesOfStories(db, storyIds);

export const isImageServed = ({ db }: Pick<Context, 'db'>, imageId: string): Promise<boolean> =>
  queries.isImageServed(db, imageId);
