// What a load balancer asks: is the process alive, may it be sent requests, and which dependency is down.

import { Router } from 'express';

import type { Context } from '../context.js';

type Probed = Pick<Context, 'pool' | 'queues' | 'storage' | 'draining'>;

const CHECK_MS = 2_000;
/** Probes come often and from many places; they share one answer for this long. */
const KEPT_MS = 1_000;

export function healthRouter(context: Probed): Router {
  const findDown = shareFor(KEPT_MS, () => listDown(context));
  const router = Router();
  router.use('/health', (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/health', async (_request, response) => {
    const down = await findDown();
    if (down.length === 0) response.json({ status: 'healthy' });
    else response.status(503).json({ status: 'unhealthy', down });
  });
  router.get('/health/live', (_request, response) => void response.json({ status: 'alive' }));
  router.get('/health/ready', async (_request, response) => {
    if (context.draining.aborted) return void response.status(503).json({ status: 'draining' });
    const down = await findDown();
    if (down.length === 0) response.json({ status: 'ready' });
    else response.status(503).json({ status: 'not_ready', down });
  });
  return router;
}

/** Names only: an error's words may tell an address or an account. */
async function listDown({ pool, queues, storage }: Probed): Promise<string[]> {
  const checks: Record<string, () => Promise<unknown>> = {
    database: () => pool.query('select 1'),
    queue: () => queues.check(),
    storage: () => storage.check(),
  };
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ((await answers(check)) ? [] : [name])),
  );
  return found.flat();
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_MS);
  });
  const answered = check().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

function shareFor<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; answer: Promise<T> } | null = null;
  return () => {
    if (!kept || kept.until < performance.now()) {
      kept = { until: performance.now() + milliseconds, answer: ask() };
    }
    return kept.answer;
  };
}
