// Bull Board over the queues: read-only unless switched, and of a job's data only what names the clip and the try.

import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { RequestHandler } from 'express';

import {
  admitUpload,
  encodeMedia,
  makeStills,
  publishMedia,
} from '../../pipeline/jobs/media-jobs.js';
import type { Context } from '../context.js';
import { ApiError } from '../errors.js';
import { QUEUES } from './queue-depths.js';
import { retryByRow } from './retry-by-row.js';

export function openBoard(
  context: Pick<Context, 'config' | 'db' | 'queues' | 'mediaEvents' | 'storage' | 'log'>,
): RequestHandler {
  const { config, queues, log } = context;
  const readOnlyMode = !config.ops.boardWritable;
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath('/ops/queues');
  createBullBoard({
    queues: QUEUES.map((name) => {
      const adapter = new BullMQAdapter(queues.queue(name), { readOnlyMode });
      adapter.setFormatter('data', onlyNames);
      adapter.setFormatter('returnValue', onlyNames);
      if (OF_CLIPS.has(name)) retryByRow(adapter, context);
      return adapter;
    }),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Video Window',
        miscLinks: [{ text: 'Sign out', url: '/ops/logout' }],
      },
    },
  });
  serverAdapter.setErrorHandler((err) => {
    if (err instanceof ApiError) return { status: err.status as 409, body: { error: err.message } };
    log.error({ err }, 'the queue board failed');
    return { status: 500 as const, body: { error: 'The queues cannot be read right now.' } };
  });
  const board = serverAdapter.getRouter();
  board.disable('x-powered-by');
  return board;
}

const OF_CLIPS = new Set(
  [admitUpload, makeStills, encodeMedia, publishMedia].map(({ queue }) => queue),
);

const SHOWN = new Set(['media_id', 'attempt', 'version', 'revision', 'admitted', 'published']);

/** Ids and counts; whatever else a payload comes to hold stays hidden. */
function onlyNames(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return null;
  return Object.fromEntries(Object.entries(data).filter(([name]) => SHOWN.has(name)));
}
