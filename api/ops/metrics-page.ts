// /metrics for Prometheus: with the token of the settings, or without one from this machine alone.

import { createHash, timingSafeEqual } from 'node:crypto';

import { type Request, Router } from 'express';

import type { Context } from '../context.js';
import { notFound } from '../errors.js';

export function metricsRouter({ config, metrics }: Pick<Context, 'config' | 'metrics'>): Router {
  const router = Router();
  router.get('/metrics', async (request, response) => {
    if (!mayRead(request, config.ops.metricsToken)) throw notFound();
    response.type(metrics.contentType).send(await metrics.read());
  });
  return router;
}

function mayRead(request: Request, token: string | null): boolean {
  if (token) return isSame(request.get('authorization') ?? '', `Bearer ${token}`);
  // A proxy on this machine connects from it as well, but says for whom.
  const forwarded = request.headers['x-forwarded-for'] ?? request.headers.forwarded;
  return forwarded === undefined && LOOPBACK.test(request.socket.remoteAddress ?? '');
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const isSame = (given: string, wanted: string) => timingSafeEqual(digest(given), digest(wanted));
const digest = (text: string) => createHash('sha256').update(text).digest();
