// Where a list goes on: a place, signed together with what the list was narrowed to. Nobody else can make one.

import { createHmac, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import type { Match, Place } from './entry.js';

export interface Cursor {
  readonly place: Place;
  /** The number of the page that begins there. */
  readonly page: number;
  readonly match: Match | null;
}

export interface Cursors {
  /** @param about what the list holds: a cursor is good for the same list only */
  write(cursor: Cursor, about: string): string;
  /** Null where it is none of ours, or one of another list. */
  read(text: string, about: string): Cursor | null;
}

const Content = z.tuple([
  z.int().min(1),
  z.string().regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
  z.uuid(),
  z.int(),
  z.enum(['exact', 'fuzzy']).nullable(),
]);

const MAC_BYTES = 16;

/** @param key any private key that all processes share: what signs is derived from it */
export function openCursors(key: KeyObject): Cursors {
  const secret = Buffer.from(
    hkdfSync('sha256', key.export({ type: 'pkcs8', format: 'der' }), '', 'feed cursor', 32),
  );
  const sign = (content: string, about: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([content, about]))
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    write({ place, page, match }, about) {
      const { publishedAt, storyId, rank } = place;
      const content = toText(JSON.stringify([page, publishedAt, storyId, rank, match]));
      return `${content}.${toText(sign(content, about))}`;
    },
    read(text, about) {
      const [content = '', mac = '', ...more] = text.split('.');
      const given = Buffer.from(mac, 'base64url');
      if (more.length > 0 || given.length !== MAC_BYTES || toText(given) !== mac) return null;
      if (!timingSafeEqual(given, sign(content, about))) return null;
      const [page, publishedAt, storyId, rank, match] = Content.parse(
        JSON.parse(Buffer.from(content, 'base64url').toString()),
      );
      return { place: { publishedAt, storyId, rank }, page, match };
    },
  };
}

const toText = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64url');
