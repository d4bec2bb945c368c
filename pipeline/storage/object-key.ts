// The one place where a text becomes the name of a stored object.

declare const checked: unique symbol;
/** A checked key: relative, printable, and unable to leave the store. */
export type ObjectKey = string & { readonly [checked]: true };

const MAX_LENGTH = 500;
/** Below the 255 bytes of a file's name, with room for what a store puts behind it while it writes. */
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

export class InvalidObjectKey extends Error {
  override readonly name = 'InvalidObjectKey';
}

/**
 * Checks a key: segments of up to 200 of `[A-Za-z0-9._-]` that do not start with a dot, parted by single slashes.
 * @throws InvalidObjectKey
 */
export function objectKey(text: string): ObjectKey {
  if (!isObjectKey(text)) {
    throw new InvalidObjectKey(`not an object key: ${JSON.stringify(text.slice(0, 80))}`);
  }
  return text;
}

export const isObjectKey = (text: string): text is ObjectKey =>
  text.length <= MAX_LENGTH && text.split('/').every((segment) => SEGMENT.test(segment));

/**
 * Checks what keys are listed and removed by: whole segments with a slash at the end, so that nothing
 * names the whole store, nor a neighbour that begins alike.
 * @throws InvalidObjectKey
 */
export function keyPrefix(text: string): string {
  if (!text.endsWith('/')) {
    throw new InvalidObjectKey(`a prefix ends in a slash: ${JSON.stringify(text.slice(0, 80))}`);
  }
  return `${objectKey(text.slice(0, -1))}/`;
}
