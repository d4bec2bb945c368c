import type { Request } from 'express';

/** The value of one cookie as it was sent, or null. */
export function readCookie(request: Pick<Request, 'headers'>, name: string): string | null {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
