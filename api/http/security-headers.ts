// Headers of every answer. Pages loosen the content policy for themselves, never the rest.

import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

import type { Config } from '../../pipeline/platform/config.js';

type Directives = Readonly<Record<string, readonly string[]>>;

export const securityHeaders = ({ http }: Pick<Config, 'http'>): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: http.publicUrl?.startsWith('https:') ?? false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });

/** For one page: nothing is allowed but what is named. */
export const contentPolicy = (directives: Directives): RequestHandler =>
  helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      ...Object.fromEntries(Object.entries(directives).map(([name, list]) => [name, [...list]])),
    },
  });

/**
 * Bearer tokens need no cookies across origins, so `credentials` is for playback's cookies alone, and for listed
 * origins: `*` lets anybody read what is open to anybody.
 */
export const crossOrigin = ({ http }: Pick<Config, 'http'>): RequestHandler =>
  cors({
    origin: http.corsOrigins.includes('*') ? '*' : [...http.corsOrigins],
    credentials: !http.corsOrigins.includes('*'),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'X-Request-Id',
      'Last-Event-ID',
    ],
    exposedHeaders: [
      'X-Request-Id',
      'Retry-After',
      'RateLimit',
      'RateLimit-Policy',
      'Idempotent-Replayed',
    ],
    maxAge: 600,
  });
