// Makes every rendition of a clip, checked and packaged, and stores them under a revision of the run's own.

import { ENCODE_PROFILE } from '../pipeline/encode-profile.js';
import type { EncodedMedia, EncodedPart } from '../pipeline/jobs/media-jobs.js';
import { chooseLadder } from '../pipeline/ladder.js';
import { choosePasses } from '../pipeline/passes.js';
import type { WorkerContext } from './context.js';
import { copyTwin } from './copy-twin.js';
import { inspectMended } from './inspect-mended.js';
import { joinParts, removeParts } from './join-parts.js';
import { type ProducedClip, produceClip } from './produce-clip.js';
import { publishEarly, toWire } from './publish-early.js';
import type { StageRun } from './run-stage.js';
import { withWorkspace } from './workspace.js';
import { playlistsLast, type Revision, writeRevision } from './write-revision.js';

/** @param parts of the clip, encoded already; null where it is encoded in one */
export function encodeMedia(
  context: WorkerContext,
  run: StageRun,
  parts: readonly EncodedPart[] | null = null,
): Promise<EncodedMedia> {
  return writeRevision(context, run, async (output) => {
    const copied = await copyTwin(context, run, output.revision);
    if (copied) context.metrics.countCopied();
    const encoded = copied ?? (await encodeAnew(context, run, output, parts));
    if (parts) await removeParts(context, run.file.mediaId, parts);
    return encoded;
  });
}

function encodeAnew(
  context: WorkerContext,
  run: StageRun,
  { revision, store }: Revision,
  parts: readonly EncodedPart[] | null,
): Promise<EncodedMedia> {
  const { ffmpeg, sources, config } = context;
  const { file, lease, signal } = run;
  const name = `encode-${file.mediaId}-${lease.token}`;
  return withWorkspace(context.workspaces, name, async (folder) => {
    run.progress('encoding');
    const produced = await sources.withSource(file, signal, async (sent) => {
      const { source, path } = await sources.inspectOnce(file, () =>
        inspectMended(ffmpeg, sent, config.media, signal, file.metadata.audio_track),
      );
      return produceClip(ffmpeg, {
        ...{ source, path, folder, signal, onProgress: run.progress },
        join: parts
          ? () => joinParts(context, { mediaId: file.mediaId, parts, source, folder, signal })
          : undefined,
        // What is published already stays until all of the new is there.
        passes: file.revision
          ? undefined
          : choosePasses(source, chooseLadder(source), config.worker),
        onEarly: (encoded) => publishEarly(context, run, { folder, encoded, source }),
      });
    });
    const cost = sumCost(produced, parts ?? []);
    context.metrics.countEncode({
      mediaSeconds: produced.durationMs / 1000,
      ...{ wallSeconds: cost.wall_s, cpuSeconds: cost.cpu_s },
    });
    const files = playlistsLast([
      ...produced.files,
      produced.storyboard.vtt,
      ...produced.storyboard.images,
    ]);
    await store(folder, files);
    run.progress('publishing');
    return {
      ...{ revision, token: lease.token, profile: ENCODE_PROFILE },
      files,
      playlist: produced.playlist,
      duration_ms: Math.round(produced.durationMs),
      cost,
      renditions: produced.renditions.map(toWire),
      degraded: produced.degraded.map(({ rendition, rules }) => ({
        rendition: rendition ?? null,
        rules: [...rules],
      })),
      storyboard: { vtt: produced.storyboard.vtt, images: [...produced.storyboard.images] },
    };
  });
}

/** Of all that worked on the clip, one after another. */
function sumCost({ wallSeconds, cpuSeconds }: ProducedClip, parts: readonly EncodedPart[]) {
  return {
    wall_s: toHundredths(parts.reduce((sum, { cost }) => sum + cost.wall_s, wallSeconds)),
    cpu_s: toHundredths(parts.reduce((sum, { cost }) => sum + cost.cpu_s, cpuSeconds)),
  };
}

const toHundredths = (seconds: number) => Math.round(seconds * 100) / 100;
