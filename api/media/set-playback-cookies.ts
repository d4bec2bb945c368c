import type { CookieOptions, Request, Response } from 'express';

import type { Config } from '../../pipeline/platform/config.js';
import type { OpenedClip } from './playback.js';
import { edgeOrigin } from './public-origin.js';

/** For one clip's path, so that a carousel holds several, and for no longer than the policy says. */
export function setPlaybackCookies(
  config: Pick<Config, 'http' | 'playback'>,
  { cookies, path }: Pick<OpenedClip, 'cookies' | 'path'>,
  request: Request,
  response: Response,
): void {
  const edge = edgeOrigin(config, request);
  const secure = edge.startsWith('https:');
  const { cookieDomain, cookieSeconds } = config.playback;
  const options: CookieOptions = {
    path,
    httpOnly: true,
    secure,
    // A page of another site may fetch clips only with cookies that are sent across sites.
    sameSite: secure && !cookieDomain && isForeign(config, request, edge) ? 'none' : 'lax',
    maxAge: cookieSeconds * 1000,
    ...(cookieDomain && { domain: cookieDomain }),
  };
  for (const [name, value] of Object.entries(cookies)) response.cookie(name, value, options);
}

function isForeign({ http }: Pick<Config, 'http'>, request: Request, edge: string): boolean {
  const origin = request.get('origin');
  return (
    origin !== undefined && http.corsOrigins.includes(origin) && hostOf(origin) !== hostOf(edge)
  );
}

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).hostname : null);
