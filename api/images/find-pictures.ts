// The pictures of stories that are ready to be shown, and whether the edge may serve one.

import type { Image } from '../../pipeline/image.js';
import * as queries from '../../pipeline/image-queries.js';
import type { Sql } from '../../pipeline/platform/sql.js';
import type { Context } from '../context.js';

export const listPictures = (sql: Sql, storyIds: readonly string[]): Promise<Image[]> =>
  queries.listPicturesOfStories(sql, storyIds);

export const isImageServed = ({ db }: Pick<Context, 'db'>, imageId: string): Promise<boolean> =>
  queries.isImageServed(db, imageId);
