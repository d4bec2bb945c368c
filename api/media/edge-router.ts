// The edge where there is no CloudFront before us: clips for who holds their cookies, pictures by signed address, public things for all.

import cors from 'cors';
import { type Request, type RequestHandler, Router } from 'express';

import { isObjectKey } from '../../pipeline/storage/object-key.js';
import type { Context } from '../context.js';
import { ApiError, methodNotAllowed, notFound } from '../errors.js';
import { isImageServed } from '../images/find-pictures.js';
import { isClipServed } from '../stories/visible-story.js';
import { edgeOrigin } from './public-origin.js';
import { serveObject } from './serve-object.js';
import { COOKIE_NAMES, type CookieFault, checkCookies } from './signed-cookies.js';
import { checkSignedUrl } from './signed-urls.js';

const YEAR = 'max-age=31536000, immutable';
/** Exactly a clip's id, a revision and a file; an encoded or dotted path is no key of ours. */
const CLIP_PATH = /^\/media\/([0-9a-f-]{36})\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const IMAGE_PATH = /^\/images\/([0-9a-f-]{36})\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\.(?:avif|webp|jpg)$/;
/** The copy of a poster is public while its clip is: a takedown ends that here at once. */
const POSTER_PATH = /^\/public\/posters\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//;
const PUBLIC_PATH = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*){2,8}$/;

export function edgeRouter(context: Context): Router {
  const router = Router();
  router.use(['/media', '/images', '/public'], crossOrigin(context), refuseOtherVerbs);

  router.get(/^\/media\//, async (request, response) => {
    response.locals.route = '/media/:media_id/:revision/:file';
    const [, mediaId] = CLIP_PATH.exec(request.path) ?? [];
    const key = request.path.slice(1);
    if (!mediaId || !isObjectKey(key)) throw notFound();
    const fault = checkCookies(
      context.keys.playback,
      {
        url: `${edgeOrigin(context.config, request)}${request.originalUrl}`,
        address: request.ip,
        cookies: readCookies(request),
      },
      context.clock.now(),
    );
    if (fault) throw refusal(fault);
    if (!(await isClipServed(context, mediaId))) throw refusal('MEDIA_WITHDRAWN');
    const isPlaylist = request.path.endsWith('.m3u8');
    response.set('Cache-Control', `private, ${isPlaylist ? 'max-age=60' : YEAR}`);
    await serveObject(context, key, request, response);
  });

  router.get(/^\/images\//, async (request, response) => {
    response.locals.route = '/images/:image_id/:revision/:file';
    const [, imageId] = IMAGE_PATH.exec(request.path) ?? [];
    const key = request.path.slice(1);
    if (!imageId || !isObjectKey(key)) throw notFound();
    const url = `${edgeOrigin(context.config, request)}${request.originalUrl}`;
    const now = context.clock.now();
    const fault = checkSignedUrl(context.keys.playback, { url, address: request.ip }, now);
    if (fault) throw refusal(fault, IMAGE_WORDS);
    if (!(await isImageServed(context, imageId))) throw refusal('MEDIA_WITHDRAWN', IMAGE_WORDS);
    response.set('Cache-Control', `private, ${YEAR}`);
    await serveObject(context, key, request, response);
  });

  router.get(/^\/public\//, async (request, response) => {
    response.locals.route = '/public/:key';
    const key = request.path.slice(1);
    if (!PUBLIC_PATH.test(request.path) || !isObjectKey(key)) throw notFound();
    const [, mediaId] = POSTER_PATH.exec(request.path) ?? [];
    if (mediaId && !(await isClipServed(context, mediaId))) throw refusal('MEDIA_WITHDRAWN');
    response.set('Cache-Control', `public, ${YEAR}`);
    await serveObject(context, key, request, response);
  });
  return router;
}

function readCookies({ headers }: Request): ReadonlyMap<string, string> {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2));
  const known: readonly string[] = COOKIE_NAMES;
  return new Map(
    pairs.flatMap(([name = '', value = '']): [string, string][] =>
      known.includes(name) ? [[name, value]] : [],
    ),
  );
}

type Words = Record<CookieFault | 'MEDIA_WITHDRAWN', string>;

const WORDS: Words = {
  SIGNATURE_MISSING: 'Ask for playback first: its cookies are missing.',
  SIGNATURE_INVALID: 'These cookies do not open this.',
  SIGNATURE_EXPIRED: 'These cookies have expired: ask for playback again.',
  MEDIA_WITHDRAWN: 'This clip is not shown any more.',
};

const IMAGE_WORDS: Words = {
  SIGNATURE_MISSING: 'This address opens nothing: it is not signed.',
  SIGNATURE_INVALID: 'This address opens nothing: its signature is for something else.',
  SIGNATURE_EXPIRED: 'This address has expired: read the picture again for a new one.',
  MEDIA_WITHDRAWN: 'This picture is not shown any more.',
};

const refusal = (code: keyof Words, words = WORDS) =>
  new ApiError(403, code, words[code], { headers: { 'Cache-Control': 'no-store' } });

const refuseOtherVerbs: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  if (request.method !== 'OPTIONS') throw methodNotAllowed('GET, HEAD, OPTIONS');
  response.set('Allow', 'GET, HEAD, OPTIONS').status(204).end();
};

/** hls.js on a listed origin sends the cookies along; other origins learn nothing. */
const crossOrigin = ({ config }: Pick<Context, 'config'>): RequestHandler => {
  const share = cors({
    origin: config.http.corsOrigins.filter((origin) => origin !== '*'),
    credentials: true,
    methods: ['GET', 'HEAD'],
    allowedHeaders: ['Range', 'If-None-Match', 'If-Range'],
    exposedHeaders: ['Content-Length', 'Content-Range', 'Accept-Ranges', 'ETag', 'X-Request-Id'],
    maxAge: 600,
  });
  return (request, response, next) => {
    const listed = config.http.corsOrigins.includes(request.get('origin') ?? '');
    if (listed) response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    share(request, response, next);
  };
};
