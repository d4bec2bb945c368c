// One local file → the objects that storage would hold of it, under a folder. No server, no database.

import { mkdir, rename, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import type { MediaSource } from '../pipeline/media-file.js';
import { clipPrefix, newRevision, revisionPrefix } from '../pipeline/media-keys.js';
import type { MediaLimits } from '../pipeline/platform/config.js';
import { newId } from '../pipeline/platform/ids.js';
import type { Source } from '../pipeline/probe.js';
import { toSourceFacts } from '../pipeline/source-facts.js';
import type { FfmpegTools } from './ffmpeg.js';
import { inspectMended } from './inspect-mended.js';
import { makeStills } from './make-stills.js';
import { type ProducedClip, produceClip } from './produce-clip.js';
import { withWorkspace } from './workspace.js';

export interface ClipOrder {
  readonly path: string;
  /** Made where it is missing; untouched unless the clip completes. */
  readonly output: string;
  readonly limits: MediaLimits;
  readonly signal: AbortSignal;
  readonly audioTrack?: number | undefined;
  readonly onProgress?: (stage: ClipStage, fraction: number) => void;
}

export type ClipStage = 'admitting' | 'encoding' | 'packaging';

/** Paths are relative to the output folder. */
export interface ClipReport {
  readonly verdict: 'completed';
  readonly playlist: string;
  readonly poster: string;
  readonly storyboard: string;
  readonly source: MediaSource & { readonly duration_ms: number };
  readonly renditions: readonly {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly frame_rate: number;
    readonly average_bandwidth: number;
    readonly bandwidth: number;
    readonly codecs: string;
  }[];
  readonly degraded: ProducedClip['degraded'];
  readonly wall_s: number;
  readonly cpu_s: number;
}

/** @throws MediaError where the file is refused; any other error is a fault of ours */
export const clipToFolder = (tools: FfmpegTools, order: ClipOrder): Promise<ClipReport> =>
  withWorkspace(tmpdir(), 'clip', (own) => makeInto(tools, order, join(own, 'mended')));

async function makeInto(tools: FfmpegTools, order: ClipOrder, mended: string): Promise<ClipReport> {
  const started = performance.now();
  const ownCpu = process.cpuUsage();
  let ffmpegCpu = 0;
  const metered: FfmpegTools = { ...tools, onCpuSeconds: (seconds) => (ffmpegCpu += seconds) };
  order.onProgress?.('admitting', 0);
  const { source, path } = await inspectMended(
    metered,
    order.path,
    order.limits,
    order.signal,
    order.audioTrack,
    mended,
  );

  const mediaId = newId();
  const revisions = { encode: newRevision('encode', 1), stills: newRevision('stills', 1) };
  const keyOf = (stage: keyof typeof revisions, file: string) =>
    `${revisionPrefix(mediaId, revisions[stage])}${file}`;
  const made = await intoFolder(order.output, clipPrefix(mediaId), (workspace) => {
    const folderOf = (stage: keyof typeof revisions) => join(workspace, keyOf(stage, ''));
    return makeBoth(metered, { ...order, path }, source, folderOf);
  });

  const { user, system } = process.cpuUsage(ownCpu);
  return {
    verdict: 'completed',
    playlist: keyOf('encode', made.clip.playlist),
    poster: keyOf('stills', made.poster),
    storyboard: keyOf('encode', made.clip.storyboard.vtt),
    source: { ...toSourceFacts(source), duration_ms: Math.round(source.durationMs) },
    renditions: made.clip.renditions.map((rendition) => ({
      name: rendition.name,
      width: rendition.width,
      height: rendition.height,
      frame_rate: rendition.frameRate,
      average_bandwidth: rendition.averageBandwidth,
      bandwidth: rendition.bandwidth,
      codecs: rendition.codecs,
    })),
    degraded: made.clip.degraded,
    wall_s: round((performance.now() - started) / 1000),
    cpu_s: round(ffmpegCpu + (user + system) / 1e6),
  };
}

/** Stills and streams side by side; whichever fails first stops the other. */
async function makeBoth(
  tools: FfmpegTools,
  { path, signal, onProgress }: ClipOrder,
  source: Source,
  folderOf: (stage: 'encode' | 'stills') => string,
): Promise<{ clip: ProducedClip; poster: string }> {
  const failure = new AbortController();
  const job = { source, path, signal: AbortSignal.any([signal, failure.signal]) };
  const folders = { encode: folderOf('encode'), stills: folderOf('stills') };
  await mkdir(folders.encode, { recursive: true });
  const both = [
    produceClip(tools, { ...job, folder: folders.encode, ...(onProgress && { onProgress }) }),
    makeStills(tools, { ...job, folder: folders.stills }),
  ] as const;
  try {
    const [clip, stills] = await Promise.all(both);
    const largest = stills.poster.at(-1);
    if (!largest) throw new Error('there is no poster');
    return { clip, poster: largest.jpeg };
  } catch (error) {
    failure.abort(error);
    await Promise.allSettled(both);
    throw error;
  }
}

/** What `use` writes under `prefix` of its workspace appears in the folder at once, or not at all. */
async function intoFolder<T>(
  output: string,
  prefix: string,
  use: (workspace: string) => Promise<T>,
): Promise<T> {
  const folder = resolve(output);
  const firstMade = await mkdir(folder, { recursive: true });
  try {
    // In the folder itself, so that the move stays on one disk.
    return await withWorkspace(folder, 'unfinished', async (workspace) => {
      const result = await use(workspace);
      await mkdir(dirname(join(folder, prefix)), { recursive: true });
      await rename(join(workspace, prefix), join(folder, prefix));
      return result;
    });
  } catch (error) {
    if (firstMade) await removeEmpty(folder, firstMade);
    throw error;
  }
}

async function removeEmpty(from: string, upTo: string): Promise<void> {
  for (let folder = from; folder.length >= upTo.length; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

const round = (seconds: number) => Math.round(seconds * 100) / 100;
