// Source → every rendition's file and the sound's, in a folder; pictures and sound side by side.

import { countFrames } from '../pipeline/encode.js';
import { chooseLadder, type Rendition } from '../pipeline/ladder.js';
import { type Pass, weighPass } from '../pipeline/passes.js';
import type { Source } from '../pipeline/probe.js';
import { toNumber } from '../pipeline/timeline.js';
import { encodePictures, fileOf, isDamaged } from './encode-pictures.js';
import { type EncodedSound, encodeSound } from './encode-sound.js';
import type { FfmpegRun, FfmpegTools } from './ffmpeg.js';

export interface EncodeJob {
  readonly source: Source;
  readonly path: string;
  /** Where the files are written; it must exist. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  /** All renditions by run, as `choosePasses` gives them; all of the ladder in one where it is absent. */
  readonly passes?: readonly Pass[] | undefined;
  readonly onProgress?: (fraction: number) => void;
  /** Hears of the first run's renditions while the next one goes on; waited for, and never fails. */
  readonly onEarly?: ((encoded: EncodedClip) => Promise<void>) | undefined;
}

export interface EncodedClip {
  /** Highest first. */
  readonly renditions: readonly { readonly rendition: Rendition; readonly file: string }[];
  readonly audio: { readonly file: 'audio.mp4' } | null;
  /** Codes of what was wrong with the source. */
  readonly degraded: readonly string[];
}

export async function encodeClip(tools: FfmpegTools, job: EncodeJob): Promise<EncodedClip> {
  const { source, folder } = job;
  const ladder = chooseLadder(source);
  const durationMs = (countFrames(source) / toNumber(source.video.frameRate)) * 1000;
  const timeoutMs = Math.max(5 * 60_000, durationMs * 30);
  // Whichever fails first stops the other.
  const failure = new AbortController();
  const signal = job.signal ? AbortSignal.any([job.signal, failure.signal]) : failure.signal;
  const abortBoth = (error: unknown) => {
    failure.abort(error);
    throw error;
  };

  const sounding = source.audio
    ? encodeSound(tools, {
        ...{ source, audio: source.audio, path: job.path, folder, durationMs, signal, timeoutMs },
      }).catch(abortBoth)
    : Promise.resolve(null);
  let offering: Promise<void> | undefined;
  const offer = (pictures: FfmpegRun, pass: Pass) => {
    offering ??= sounding.then((sound) => job.onEarly?.(toEncoded(source, pass, pictures, sound)));
    offering.catch(() => {});
  };
  const bounds = { signal, timeoutMs, durationMs };
  try {
    const [pictures, sound] = await Promise.all([
      encodePasses(tools, job, ladder, bounds, offer).catch(abortBoth),
      sounding,
    ]);
    return toEncoded(source, ladder, pictures, sound);
  } finally {
    await offering?.catch(() => {});
  }
}

interface Bounds {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly durationMs: number;
}

/** Run after run. @returns the one with the most to complain of */
async function encodePasses(
  tools: FfmpegTools,
  { source, path, folder, onProgress, ...given }: EncodeJob,
  ladder: readonly Rendition[],
  { durationMs, ...limits }: Bounds,
  onPass: (pictures: FfmpegRun, pass: Pass) => void,
): Promise<FfmpegRun> {
  const passes = given.passes ?? [ladder];
  const weights = passes.map((pass) => weighPass(source, pass));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const runs: FfmpegRun[] = [];
  let done = 0;
  for (const [at, pass] of passes.entries()) {
    const weight = (weights[at] ?? 0) / all;
    const isLast = at === passes.length - 1;
    // The cheaper way to do little: stills and sound keep the other cores busy meanwhile.
    const threads = isLast ? tools.threads : Math.ceil(tools.threads / 2);
    const job = { source, path, folder, renditions: pass };
    const pictures = await encodePictures({ ...tools, threads }, job, {
      ...limits,
      onProgress: ({ seconds }) =>
        onProgress?.(done + weight * Math.min(1, (seconds * 1000) / durationMs)),
    });
    done += weight;
    runs.push(pictures);
    if (!isLast) onPass(pictures, pass);
  }
  const [worst] = runs.toSorted((a, b) => b.errorLines - a.errorLines);
  if (!worst) throw new Error('There is no rendition to encode');
  return worst;
}

const toEncoded = (
  source: Source,
  renditions: readonly Rendition[],
  pictures: FfmpegRun,
  sound: EncodedSound | null,
): EncodedClip => ({
  renditions: renditions.map((rendition) => ({ rendition, file: fileOf(rendition) })),
  audio: sound && { file: sound.file },
  degraded: [
    ...source.degraded,
    ...(isDamaged(pictures, source) ? ['VIDEO_ERRORS'] : []),
    ...(source.audio && !sound ? ['AUDIO_UNREADABLE'] : (sound?.degraded ?? [])),
  ],
});
