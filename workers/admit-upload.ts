// Judges an upload by its content, and lets it out of quarantine and into the flow, or refuses it for good.

import { countSlots } from '../pipeline/fleet.js';
import { mediaFlow, type Split } from '../pipeline/jobs/media-flow.js';
import { clipJobId, publishMedia } from '../pipeline/jobs/media-jobs.js';
import { originalKey } from '../pipeline/media-keys.js';
import { type AdmittedFacts, saveAdmitted } from '../pipeline/media-move-queries.js';
import { queueRemoval, strikeRemoval } from '../pipeline/object-removal-queries.js';
import { chooseParts } from '../pipeline/parts.js';
import type { Source } from '../pipeline/probe.js';
import { toSourceFacts } from '../pipeline/source-facts.js';
import { type ObjectKey, objectKey } from '../pipeline/storage/object-key.js';
import { findTwin } from '../pipeline/twin-queries.js';
import { listWorkers } from '../pipeline/worker-queries.js';
import type { WorkerContext } from './context.js';
import { digestFile } from './digest-file.js';
import { inspectMended } from './inspect-mended.js';
import type { StageRun } from './run-stage.js';
import { HandBackError, SupersededError } from './run-stopped.js';
import { ScannerUnavailableError, scanFile } from './scan.js';

/** How long admission waits before it asks a scanner again that was down. */
const SCANNER_RETRY_MS = 15_000;
/** An original not named by its row by then is taken for an orphan. */
const UNNAMED_SECONDS = 3600;

export async function admitUpload(context: WorkerContext, run: StageRun): Promise<void> {
  const { queues, sources, ffmpeg, config } = context;
  const { file, signal } = run;
  const jobId = clipJobId(file.mediaId, file.attempt);
  if (file.status === 'processing' && (await queues.isKnown(publishMedia, jobId))) return;
  run.progress('admitting');
  const { facts, source } = await sources.withSource(file, signal, async (path) => {
    await scan(context, path, signal);
    const { source } = await sources.inspectOnce(file, () =>
      inspectMended(ffmpeg, path, config.media, signal, file.metadata.audio_track),
    );
    return { facts: { ...factsOf(source), digest: await digestFile(path, signal) }, source };
  });
  signal.throwIfAborted();
  await leaveQuarantine(context, run, facts);
  run.progress('encoding');
  const split = await chooseSplit(context, file.mediaId, source);
  await queues.addFlow(mediaFlow(file.mediaId, file.attempt, file.queueRank, { split }));
}

/** Only where somebody could help, and there is something to encode at all. */
async function chooseSplit(
  { db, config }: WorkerContext,
  mediaId: string,
  source: Source,
): Promise<Split | null> {
  const slots = countSlots(await listWorkers(db));
  const parts = chooseParts(source, { ...config.worker, slots });
  if (parts === 1 || (await findTwin(db, mediaId))) return null;
  return { parts, hasSound: source.audio !== null };
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

async function leaveQuarantine(
  { db, storage }: WorkerContext,
  { file, lease }: StageRun,
  facts: Omit<AdmittedFacts, 'originalKey'>,
): Promise<void> {
  const from = objectKey(file.filePath);
  const to = originalKey(file.mediaId);
  if (from !== to) {
    await queueRemoval(db, { key: to }, UNNAMED_SECONDS);
    await copySource(storage, from, to, file.fileSize);
  }
  await db.transaction(async (trx) => {
    if (!(await saveAdmitted(trx, lease, { ...facts, originalKey: to }))) {
      throw new SupersededError('the clip has moved on');
    }
    if (from === to) return;
    if (!(await strikeRemoval(trx, { key: to }))) throw new Error('the original was swept away');
    await queueRemoval(trx, { key: from });
  });
}

/** Copies rather than moves, so that the row always names an object that is there. */
async function copySource(
  storage: WorkerContext['storage'],
  from: ObjectKey,
  to: ObjectKey,
  size: number,
): Promise<void> {
  const there = await storage.head(to);
  if (there?.size !== size) await storage.copy(from, to);
}

const factsOf = (source: Source) => ({
  mimeType: MIME_TYPES[source.container],
  durationMs: Math.round(source.durationMs),
  width: source.video.width,
  height: source.video.height,
  source: toSourceFacts(source),
});

const MIME_TYPES: Record<Source['container'], string> = {
  mov: 'video/mp4',
  matroska: 'video/x-matroska',
  mpegts: 'video/mp2t',
  avi: 'video/x-msvideo',
};
