// Posters of stories that are shown lie under public/, copied when a list first tells of them, taken back when they are shown no more.

import { createHash } from 'node:crypto';

import type { Knex } from 'knex';
import type { Logger } from 'pino';

import { queueRemoval } from '../../pipeline/object-removal-queries.js';
import { contentTypeOf } from '../../pipeline/storage/content-type.js';
import { type ObjectKey, objectKey } from '../../pipeline/storage/object-key.js';
import type { Storage } from '../../pipeline/storage/storage.js';
import type { FeedEntry, Poster } from './entry.js';
import { namePoster, withdrawPosters } from './poster-queries.js';

type Copying = {
  readonly db: Knex;
  readonly storage: Pick<Storage, 'get' | 'put'>;
  readonly log: Pick<Logger, 'warn'>;
};

export interface PublicPosters {
  /** The key of the copy that everybody may see; null where there is no poster, or none can be copied now. */
  keyOf(entry: Pick<FeedEntry, 'poster'>): Promise<string | null>;
}

/** Of a clip whose entry is in a list of visible stories, so that nothing else is ever copied. */
export function openPublicPosters(context: Copying): PublicPosters {
  const copying = new Map<string, Promise<string | null>>();
  return {
    async keyOf({ poster }) {
      if (!poster || poster.publicKey) return poster?.publicKey ?? null;
      const begun = copying.get(poster.key);
      if (begun) return begun;
      const copied = copyPoster(context, poster)
        .catch((err: unknown) => {
          context.log.warn({ err, mediaId: poster.mediaId }, 'poster not copied yet');
          return null;
        })
        .finally(() => copying.delete(poster.key));
      copying.set(poster.key, copied);
      return copied;
    },
  };
}

/** The name tells nothing, and changes with the picture: so it may be kept for a year. */
const publicKeyOf = ({ mediaId, key }: Poster): ObjectKey =>
  objectKey(
    `public/posters/${mediaId}/${createHash('sha256').update(key).digest('hex').slice(0, 32)}.jpg`,
  );

const UNNAMED_SECONDS = 10 * 60;

async function copyPoster({ db, storage }: Copying, poster: Poster): Promise<string | null> {
  const key = publicKeyOf(poster);
  await queueRemoval(db, { key }, UNNAMED_SECONDS);
  const { body } = await storage.get(objectKey(poster.key));
  await storage.put(key, body, {
    contentType: contentTypeOf(key),
    cacheControl: 'public, max-age=31536000, immutable',
  });
  return namePoster(db, { mediaId: poster.mediaId, sourceKey: poster.key, publicKey: key });
}

const BATCH = 1_000;

/** A sweep that goes through all copies, some at each run: those of stories that are shown no more are removed. */
export function posterSweep({ db }: { readonly db: Knex }): () => Promise<number> {
  let after: string | null = null;
  return async () => {
    const { last, withdrawn } = await withdrawPosters(db, { after, limit: BATCH });
    after = last;
    return withdrawn;
  };
}
