// What every answer about uploads says of itself: to browsers on other origins, and to tus clients.

import cors from 'cors';
import type { RequestHandler } from 'express';

import type { Context } from '../context.js';
import { UPLOADS } from './tus-server.js';
import { wrongTusVersion } from './upload-errors.js';
import { EXTENSIONS } from './upload-store.js';

/** Answers OPTIONS itself. @throws ApiError TUS_VERSION_UNSUPPORTED */
export const speakTus =
  ({ config }: Pick<Context, 'config'>): RequestHandler =>
  (request, response, next) => {
    response.locals.route = request.path === '/' ? UPLOADS : `${UPLOADS}/:upload_id`;
    response.set('Cache-Control', 'no-store');
    if (request.method === 'OPTIONS') {
      response.set({
        'Tus-Version': '1.0.0',
        'Tus-Extension': EXTENSIONS.join(','),
        'Tus-Max-Size': String(config.media.maxBytes),
      });
      response.status(204).end();
      return;
    }
    response.set('Tus-Resumable', '1.0.0');
    if (request.get('tus-resumable') !== '1.0.0') throw wrongTusVersion();
    next();
  };

const SAID = ['Upload-Offset', 'Upload-Length', 'Upload-Metadata', 'Upload-Expires'];

/** Tokens travel in a header, never in a cookie, so any origin that is listed (or `*`) may upload. */
export const crossOrigin = ({ config }: Pick<Context, 'config'>): RequestHandler =>
  cors({
    origin: config.http.corsOrigins.includes('*') ? '*' : [...config.http.corsOrigins],
    preflightContinue: true,
    methods: ['POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS'],
    allowedHeaders: [
      ...['Authorization', 'Content-Type', 'X-Request-Id', 'X-Requested-With', 'Tus-Resumable'],
      ...[
        'Upload-Length',
        'Upload-Defer-Length',
        'Upload-Offset',
        'Upload-Metadata',
        'Upload-Concat',
      ],
    ],
    exposedHeaders: [
      ...['Location', 'Media-Id', 'X-Request-Id', 'Retry-After', ...SAID],
      ...['Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size'],
    ],
    maxAge: 600,
  });
