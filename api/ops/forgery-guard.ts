// Keeps other sites from acting as a signed-in operator: the Origin must be ours, and a form must hold our cookie's word.

import { randomBytes, timingSafeEqual } from 'node:crypto';

import type { Request, RequestHandler, Response } from 'express';

import type { Context } from '../context.js';
import { forbidden } from '../errors.js';
import { readCookie } from './cookies.js';

const COOKIE = 'vw_ops_form';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** For every request below /ops that changes something. `Origin: null` is nobody's, so it is refused too. */
export const refuseForeignOrigin =
  ({ config }: Pick<Context, 'config'>): RequestHandler =>
  (request, _response, next) => {
    if (SAFE.has(request.method)) return next();
    const origin = request.get('origin');
    const own = config.http.publicUrl ?? `${request.protocol}://${request.get('host')}`;
    if (origin !== undefined && origin !== own) throw forbidden('This came from another site.');
    next();
  };

/** For scripts' requests, which hold no form's word: an Origin must be there. */
export const requireOrigin: RequestHandler = (request, _response, next) => {
  if (!SAFE.has(request.method) && request.get('origin') === undefined) {
    throw forbidden('The Origin header is missing.');
  }
  next();
};

/** The word to put into a form; its twin travels as a cookie. */
export function issueFormWord(request: Request, response: Response): string {
  const word = readCookie(request, COOKIE) ?? randomBytes(24).toString('base64url');
  response.cookie(COOKIE, word, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/ops',
    secure: request.secure,
  });
  return word;
}

/** @throws ApiError FORBIDDEN */
export function checkFormWord(request: Request, word: unknown): void {
  const wanted = Buffer.from(readCookie(request, COOKIE) ?? '');
  const given = Buffer.from(typeof word === 'string' ? word : '');
  const same = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!same || wanted.length === 0) throw forbidden('The form is outdated. Load the page again.');
}
