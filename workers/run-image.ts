// Runs the job of one picture: fetched from quarantine, scanned, drawn anew, stored, and named by its row last.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { IMAGE_FORMATS, imageKey, type KeptFormat, newImagePrefix } from '../pipeline/image.js';
import {
  completeImage,
  endImageRun,
  failImage,
  type ImageRun,
  startImageRun,
} from '../pipeline/image-run-queries.js';
import { MediaError } from '../pipeline/media-error.js';
import { type MediaFault, ownFault, TimedOutError } from '../pipeline/media-fault.js';
import { hastenRemoval, queueRemoval } from '../pipeline/object-removal-queries.js';
import { contentTypeOf } from '../pipeline/storage/content-type.js';
import { objectKey } from '../pipeline/storage/object-key.js';
import type { WorkerContext } from './context.js';
import { type ProcessedImage, processImage } from './process-image.js';
import { HandBackError, waitOut } from './run-stopped.js';
import { ScannerUnavailableError, scanFile } from './scan.js';
import { withWorkspace } from './workspace.js';

export interface ImageJob {
  readonly imageId: string;
  readonly attempt: number;
  /** Whether a fault of ours now is the picture's end. */
  /** How often the job was started, this time included. */
  readonly starts: number;
  readonly lastTry: boolean;
  readonly lockLost: AbortSignal;
  readonly timeoutMs: number;
}

/** A picture whose runs vanish this often kills its workers, and is given up. */
const MAX_STARTS = 5;
const SCANNER_RETRY_MS = 15_000;
/** Outputs not named by a row by then are taken for orphans. */
const UNNAMED_SECONDS = 3600;
/** How long pages that were open already may show a former avatar. */
const AVATAR_GRACE_SECONDS = 24 * 3600;

/**
 * @returns false where there is nothing (more) to do
 * @throws MediaError for a picture that is refused; HandBackError
 */
export async function runImage(context: WorkerContext, job: ImageJob): Promise<boolean> {
  if (context.draining.aborted) throw new HandBackError('the worker stops', 0);
  const ttlSeconds = job.timeoutMs / 1000 + 30;
  const run = await startImageRun(context.db, { ...job, ttlSeconds });
  if (!run) return false;
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new TimedOutError('the picture ran past its deadline')),
    job.timeoutMs,
  );
  const signal = AbortSignal.any([deadline.signal, job.lockLost, context.draining]);
  try {
    if (run.starts > MAX_STARTS) throw new Error(`${run.starts} starts, and no end`);
    return await drawAnew(context, run, signal);
  } catch (error) {
    if (context.draining.aborted) throw new HandBackError('the worker stops', 0);
    const reason = waitOut(signal.aborted ? signal.reason : error, job.starts);
    const fault = toFault(reason, job.lastTry || run.starts > MAX_STARTS);
    if (fault && !job.lockLost.aborted) await failImage(context.db, run, fault);
    throw reason;
  } finally {
    clearTimeout(timer);
    await endImageRun(context.db, run).catch((err: unknown) =>
      context.log.warn({ err, imageId: run.image.imageId }, 'lease left to expire'),
    );
  }
}

/** Null where the queue will try again. */
function toFault(reason: unknown, last: boolean): MediaFault | null {
  if (reason instanceof MediaError) return reason;
  if (!last || reason instanceof HandBackError) return null;
  const { code, message } = ownFault(reason);
  return { code, message: message.replace('this clip', 'this picture') };
}

function drawAnew(context: WorkerContext, run: ImageRun, signal: AbortSignal): Promise<boolean> {
  const { image, token } = run;
  const { config, storage, workspaces } = context;
  return withWorkspace(workspaces, `image-${image.imageId}-${token}`, async (folder) => {
    const path = join(folder, 'source');
    await storage.download(objectKey(image.sourceKey), path, signal);
    await scan(context, path, signal);
    const { purpose } = image;
    const limits = config.images;
    const made = await processImage(await readFile(path), { purpose, limits, signal });
    return store(context, run, made, signal);
  });
}

async function scan({ config }: WorkerContext, path: string, signal: AbortSignal): Promise<void> {
  if (!config.scanner) return;
  try {
    await scanFile(config.scanner, path, signal);
  } catch (error) {
    if (!(error instanceof ScannerUnavailableError)) throw error;
    throw new HandBackError('no verdict from the scanner', SCANNER_RETRY_MS, { cause: error });
  }
}

/** The objects are noted for removal before the first is written; naming them strikes the note. */
async function store(
  { db, storage, config }: WorkerContext,
  run: ImageRun,
  { sizes, placeholder }: ProcessedImage,
  signal: AbortSignal,
): Promise<boolean> {
  const { imageId, purpose } = run.image;
  const prefix = newImagePrefix(imageId, purpose, run.token);
  await queueRemoval(db, { prefix }, UNNAMED_SECONDS);
  const access = purpose === 'avatar' ? 'public' : 'private';
  for (const size of sizes) {
    for (const format of Object.keys(IMAGE_FORMATS) as KeptFormat[]) {
      const key = imageKey(prefix, size, format);
      const contentType = contentTypeOf(key);
      const cacheControl = `${access}, max-age=31536000, immutable`;
      await storage.put(key, size[format], { contentType, cacheControl, signal });
    }
  }
  signal.throwIfAborted();
  const completed = await completeImage(db, run, {
    prefix,
    sizes: sizes.map((size) => ({
      ...{ width: size.width, height: size.height },
      avif: imageKey(prefix, size, 'avif'),
      webp: imageKey(prefix, size, 'webp'),
      jpeg: imageKey(prefix, size, 'jpeg'),
    })),
    placeholder,
    graceSeconds: purpose === 'avatar' ? AVATAR_GRACE_SECONDS : 2 * config.images.urlSeconds,
  });
  if (!completed) await hastenRemoval(db, { prefix });
  return completed;
}
