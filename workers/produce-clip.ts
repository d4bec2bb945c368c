// Source → everything that is published of a clip but its stills: encoded, packaged, checked, with a storyboard.

import { countFrames } from '../pipeline/encode.js';
import type { Source } from '../pipeline/probe.js';
import { toNumber } from '../pipeline/timeline.js';
import { type EncodedClip, type EncodeJob, encodeClip } from './encode-clip.js';
import type { FfmpegTools } from './ffmpeg.js';
import { makeStoryboard, type StoryboardFiles, type StoryboardJob } from './make-storyboard.js';
import { type PackagedClip, type PackagedRendition, packageClip } from './package-clip.js';

export interface ProduceJob {
  readonly source: Source;
  readonly path: string;
  /** An empty folder; it holds the outputs, and only them, afterwards. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly passes?: EncodeJob['passes'];
  readonly onEarly?: EncodeJob['onEarly'];
  readonly onProgress?: (stage: 'encoding' | 'packaging', fraction: number) => void;
  /** What is encoded already, by others; null where it is not after all. */
  readonly join?: (() => Promise<EncodedClip | null>) | undefined;
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
  let furthest = 0;
  const onProgress = (fraction: number) => {
    // ffmpeg's clock may begin below 0, and each of its outputs has one.
    furthest = Math.min(1, Math.max(furthest, fraction));
    job.onProgress?.('encoding', furthest);
  };
  const joined = await job.join?.();
  const encoded = joined ?? (await encodeClip(metered, { ...job, onProgress }));
  signal?.throwIfAborted();
  job.onProgress?.('packaging', 0);
  const durationMs = (countFrames(source) / toNumber(source.video.frameRate)) * 1000;
  const drawFrom = (smallest: StoryboardJob['smallest']) =>
    makeStoryboard(metered, { folder, smallest, durationMs, signal });
  const [packaging, drawing] = await Promise.allSettled([
    packageClip({ folder, encoded, source }),
    drawFrom(smallestOf(encoded.renditions.map(({ rendition }) => rendition))),
  ]);
  signal?.throwIfAborted();
  if (packaging.status === 'rejected') throw packaging.reason;
  const packaged = packaging.value;
  // The packaging may have left the smallest rendition out while it was drawn from.
  const storyboard =
    drawing.status === 'fulfilled'
      ? drawing.value
      : await drawFrom(smallestOf(packaged.renditions));
  job.onProgress?.('packaging', 1);
  return {
    ...packaged,
    storyboard,
    wallSeconds: (performance.now() - started) / 1000,
    cpuSeconds,
  };
}

type Sized = Pick<PackagedRendition, 'name' | 'width' | 'height'>;

function smallestOf(renditions: readonly Sized[]): StoryboardJob['smallest'] {
  const [smallest] = renditions.toSorted((a, b) => a.width * a.height - b.width * b.height);
  if (!smallest) throw new Error('A clip without a rendition');
  const { name, width, height } = smallest;
  return { file: `${name}.mp4`, width, height };
}
