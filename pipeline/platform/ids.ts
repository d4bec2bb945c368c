// UUIDv7 inside, TypeIDs (prefix and base32 of the same UUID) outside.

import { randomUUID } from 'node:crypto';

import { TypeID } from 'typeid-js';

export type IdPrefix =
  | 'user'
  | 'story'
  | 'media'
  | 'image'
  | 'comment'
  | 'offer'
  | 'auction'
  | 'bid'
  | 'order'
  | 'upload'
  | 'session'
  | 'req';

let [lastMillis, count] = [0, 0];

/** A new UUIDv7: later ones of this process sort after earlier ones (RFC 9562, a counter of 12 bits in `rand_a`). */
export function newId(): string {
  const millis = Math.max(Date.now(), lastMillis);
  count = millis > lastMillis ? 0 : count + 1;
  lastMillis = millis;
  if (count === COUNTS) [lastMillis, count] = [millis + 1, 0];
  const time = lastMillis.toString(16).padStart(12, '0');
  const place = count.toString(16).padStart(3, '0');
  // What is random of a UUIDv4's last two groups, its variant among it, stays as it is.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${place}-${randomUUID().slice(19)}`;
}

const COUNTS = 2 ** 12;

/** `toPublicId('media', uuid)` → `media_01h…` */
export const toPublicId = (prefix: IdPrefix, uuid: string): string =>
  TypeID.fromUUID(prefix, uuid).toString();

/** The UUID of a TypeID, or null where the text is not exactly one of that prefix. */
export function fromPublicId(prefix: IdPrefix, text: string): string | null {
  if (text.length !== prefix.length + 1 + SUFFIX_LENGTH) return null;
  try {
    const uuid = TypeID.fromString(text, prefix).toUUID();
    return toPublicId(prefix, uuid) === text ? uuid : null;
  } catch {
    return null;
  }
}

const SUFFIX_LENGTH = 26;
