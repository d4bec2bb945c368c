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

/** `toPublicId('media', uuid)` → `media_01h…`. A page of the feed has forty of them, so it is done here. */
export function toPublicId(prefix: IdPrefix, uuid: string): string {
  if (!UUID.test(uuid)) throw new TypeError('not a UUID');
  const digits = uuid.replaceAll('-', '');
  // Two digits of base32 are ten bits: eight to begin with, then twenty at a time.
  let id = `${prefix}_${PAIRS[Number.parseInt(digits.slice(0, 2), 16)]}`;
  for (let at = 2; at < 32; at += 5) {
    const bits = Number.parseInt(digits.slice(at, at + 5), 16);
    id += `${PAIRS[bits >> 10]}${PAIRS[bits & 1023]}`;
  }
  return id;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Crockford's, in small letters, as TypeIDs have it. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
const PAIRS = [...BASE32].flatMap((high) => [...BASE32].map((low) => high + low));

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
