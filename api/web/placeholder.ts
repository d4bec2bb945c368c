import { thumbHashToDataURL } from 'thumbhash';

/** A data URL of the few blurred pixels that stand in until a picture has come; null where there are none. */
export function placeholderUrl(base64: string | null): string | null {
  if (!base64) return null;
  return thumbHashToDataURL(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
}
