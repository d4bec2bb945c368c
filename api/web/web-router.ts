// Serves the built pages: one document for every page's address, and its hashed assets.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import express, { Router } from 'express';
import helmet from 'helmet';

import type { Context } from '../context.js';

const PAGES = [
  '/',
  '/stories/:storyId',
  '/makers/:makerId',
  '/watch/:storyId',
  '/sign-in',
  '/sign-up',
  '/reset-password',
  '/bids',
  '/saved',
  '/account',
  '/studio',
  '/studio/:storyId',
  '/moderation',
  '/moderation/:storyId',
];

/** The pages lie in dist/web, whether the sources run or the build does. */
const FOLDERS = ['../../dist/web/', '../../web/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

export function webRouter({ config }: Pick<Context, 'config'>): Router {
  const folder = FOLDERS.find((path) => existsSync(`${path}index.html`)) ?? FOLDERS[0] ?? '';
  const edge = config.playback.cloudFrontUrl ? [config.playback.cloudFrontUrl] : [];
  const router = Router();
  router.use(
    '/assets',
    express.static(`${folder}assets`, {
      index: false,
      immutable: true,
      maxAge: '1y',
      fallthrough: true,
    }),
  );
  router.get(
    PAGES,
    helmet.contentSecurityPolicy({
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // hls.js runs its demuxer in a worker that it makes from a blob.
        workerSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:', ...edge],
        mediaSrc: ["'self'", 'blob:', ...edge],
        connectSrc: ["'self'", ...edge],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
    (_request, response) => {
      response.set('Cache-Control', 'no-cache');
      response.sendFile('index.html', { root: folder });
    },
  );
  return router;
}
