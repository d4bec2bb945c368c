// /metrics for Prometheus, and the backlog alone for whoever scales by it. With the token of the settings, or without one from this machine alone.

import { Router } from 'express';

import { mayReadMetrics } from '../../pipeline/platform/metrics-access.js';
import type { Context } from '../context.js';
import { notFound } from '../errors.js';

export function metricsRouter({
  config,
  metrics,
  fleet,
}: Pick<Context, 'config' | 'metrics' | 'fleet'>): Router {
  const router = Router();
  router.use('/metrics', (request, _response, next) => {
    if (!mayReadMetrics(request, config.ops.metricsToken)) throw notFound();
    next();
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.read());
  });
  router.get('/metrics/encode-backlog', async (_request, response) => {
    const backlog = await fleet.backlog();
    response.set('Cache-Control', 'no-store').json({
      encode_backlog_seconds: backlog.seconds,
      encode_backlog_at_most_seconds: backlog.atMostSeconds,
      media_seconds: backlog.mediaSeconds,
      clips: backlog.clips,
      slots: backlog.slots,
      speed: backlog.speed,
    });
  });
  return router;
}
