// Encodes one part of a clip, for the join to fetch: some of its pictures in every rendition, or all of its sound.

import { countFrames } from '../pipeline/encode.js';
import { ENCODE_PROFILE } from '../pipeline/encode-profile.js';
import type { EncodedPart } from '../pipeline/jobs/media-jobs.js';
import { chooseLadder } from '../pipeline/ladder.js';
import { newPartRevision } from '../pipeline/media-keys.js';
import { cutParts } from '../pipeline/parts.js';
import type { Source } from '../pipeline/probe.js';
import { toNumber } from '../pipeline/timeline.js';
import type { WorkerContext } from './context.js';
import { encodeCut, fileOf } from './encode-pictures.js';
import { encodeSound } from './encode-sound.js';
import type { FfmpegTools } from './ffmpeg.js';
import { inspectMended } from './inspect-mended.js';
import type { StageRun } from './run-stage.js';
import { withWorkspace } from './workspace.js';
import { writeRevision } from './write-revision.js';

/** Which part of how many; the one numbered after the last is the sound. */
export interface PartOrder {
  readonly part: number;
  readonly parts: number;
}

export function encodePart(
  context: WorkerContext,
  run: StageRun,
  order: PartOrder,
): Promise<EncodedPart> {
  const { ffmpeg, sources, config } = context;
  const { file, lease, signal } = run;
  const encodeInto = async (folder: string): Promise<MadePart> => {
    run.progress('encoding');
    const began = performance.now();
    let cpuSeconds = 0;
    const metered: FfmpegTools = { ...ffmpeg, onCpuSeconds: (seconds) => (cpuSeconds += seconds) };
    const made = await sources.withSource(file, signal, async (sent) => {
      const { source, path } = await sources.inspectOnce(file, () =>
        inspectMended(metered, sent, config.media, signal, file.metadata.audio_track),
      );
      return makePart(metered, { ...order, source, path, folder, run });
    });
    const cost = { wall_s: toHundredths(performance.now() - began), cpu_s: cpuSeconds };
    return { ...made, cost };
  };
  return writeRevision(
    context,
    run,
    async ({ revision, store }) =>
      withWorkspace(context.workspaces, `part-${file.mediaId}-${lease.token}`, async (folder) => {
        const made = await encodeInto(folder);
        await store(folder, made.files);
        const { part } = order;
        return { ...{ revision, token: lease.token, profile: ENCODE_PROFILE, part }, ...made };
      }),
    (token) => newPartRevision(order.part, token),
  );
}

type MadePart = Pick<EncodedPart, 'files' | 'frames' | 'errors' | 'degraded' | 'cost'>;

interface PartJob extends PartOrder {
  readonly source: Source;
  readonly path: string;
  readonly folder: string;
  readonly run: Pick<StageRun, 'signal' | 'progress'>;
}

const makePart = (tools: FfmpegTools, job: PartJob): Promise<Omit<MadePart, 'cost'>> =>
  job.part === job.parts ? makeSound(tools, job) : makePictures(tools, job);

const NOTHING = { files: [], frames: null, errors: 0, degraded: [] };

async function makePictures(
  tools: FfmpegTools,
  { source, path, folder, part, parts, run }: PartJob,
): Promise<Omit<MadePart, 'cost'>> {
  const cut = cutParts(source, parts)[part];
  if (!cut) return NOTHING;
  const { first, end } = cut;
  const seconds = (end - first) / toNumber(source.video.frameRate);
  const renditions = chooseLadder(source);
  const pictures = await encodeCut(
    tools,
    { source, path, folder, renditions, cut },
    {
      signal: run.signal,
      timeoutMs: timeoutOf(source),
      onProgress: (made) => run.progress('encoding', Math.min(1, made.seconds / seconds)),
    },
  );
  if (!pictures) return NOTHING;
  run.progress('encoding', 1);
  const { errorLines: errors } = pictures;
  return { ...NOTHING, files: renditions.map(fileOf), frames: { first, end }, errors };
}

async function makeSound(
  tools: FfmpegTools,
  { source, path, folder, run: { signal } }: PartJob,
): Promise<Omit<MadePart, 'cost'>> {
  const { audio } = source;
  if (!audio) return NOTHING;
  const durationMs = (countFrames(source) / toNumber(source.video.frameRate)) * 1000;
  const sound = await encodeSound(tools, {
    ...{ source, audio, path, folder, durationMs, signal, timeoutMs: timeoutOf(source) },
  });
  if (!sound) return { ...NOTHING, degraded: ['AUDIO_UNREADABLE'] };
  return { ...NOTHING, files: [sound.file], degraded: [...sound.degraded] };
}

const timeoutOf = ({ durationMs }: Source): number => Math.max(5 * 60_000, durationMs * 30);

const toHundredths = (milliseconds: number) => Math.round(milliseconds / 10) / 100;
