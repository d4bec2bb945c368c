// Source → everything that is published of a clip but its stills: encoded, packaged, checked, with a storyboard.

import type { Source } from '../pipeline/probe.js';
import { encodeClip } from './encode-clip.js';
import type { FfmpegTools } from './ffmpeg.js';
import { makeStoryboard, type StoryboardFiles } from './make-storyboard.js';
import { type PackagedClip, packageClip } from './package-clip.js';

export interface ProduceJob {
  readonly source: Source;
  readonly path: string;
  /** An empty folder; it holds the outputs, and only them, afterwards. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (stage: 'encoding' | 'packaging', fraction: number) => void;
}

export interface ProducedClip extends PackagedClip {
  readonly storyboard: StoryboardFiles;
  readonly wallSeconds: number;
  /** Of every ffmpeg run together. */
  readonly cpuSeconds: number;
}

export async function produceClip(tools: FfmpegTools, job: ProduceJob): Promise<ProducedClip> {
  const { source, folder, signal } = job;
  const started = performance.now();
  let cpuSeconds = 0;
  const metered: FfmpegTools = {
    ...tools,
    onCpuSeconds: (seconds) => {
      cpuSeconds += seconds;
      tools.onCpuSeconds?.(seconds);
    },
  };

  job.onProgress?.('encoding', 0);
  const onProgress = (fraction: number) => job.onProgress?.('encoding', fraction);
  const encoded = await encodeClip(metered, { ...job, onProgress });
  signal?.throwIfAborted();
  job.onProgress?.('packaging', 0);
  const packaged = await packageClip({ folder, encoded, source });
  signal?.throwIfAborted();
  job.onProgress?.('packaging', 0.6);
  const storyboard = await makeStoryboard(metered, {
    folder,
    smallest: smallestOf(packaged),
    durationMs: packaged.durationMs,
    signal,
  });
  job.onProgress?.('packaging', 1);
  return {
    ...packaged,
    storyboard,
    wallSeconds: (performance.now() - started) / 1000,
    cpuSeconds,
  };
}

function smallestOf({ renditions }: PackagedClip) {
  const [smallest] = renditions.toSorted((a, b) => a.width * a.height - b.width * b.height);
  if (!smallest) throw new Error('A packaged clip has no rendition');
  const { name, width, height } = smallest;
  return { file: `${name}.mp4`, width, height };
}
