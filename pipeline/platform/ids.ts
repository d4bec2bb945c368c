// UUIDv7 inside, TypeIDs (prefix and base32 of the same UUID) outside.

import { TypeID, typeid } from 'typeid-js';

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

/** A new UUIDv7: later ones sort after earlier ones. */
export const newId = (): string => typeid().toUUID();

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
