// Makes every rendition of a clip, checked and packaged, and stores them under a revision of the run's own.

import { ENCODE_PROFILE } from '../pipeline/encode-profile.js';
import type { EncodedMedia } from '../pipeline/jobs/media-jobs.js';
import { chooseLadder } from '../pipeline/ladder.js';
import { choosePasses } from '../pipeline/passes.js';
import type { WorkerContext } from './context.js';
import { copyTwin } from './copy-twin.js';
import { inspectMended } from './inspect-mended.js';
import { produceClip } from './produce-clip.js';
import { publishEarly, toWire } from './publish-early.js';
import type { StageRun } from './run-stage.js';
import { withWorkspace } from './workspace.js';
import { playlistsLast, type Revision, writeRevision } from './write-revision.js';

export function encodeMedia(context: WorkerContext, run: StageRun): Promise<EncodedMedia> {
  return writeRevision(context, run, async (output) => {
    const copied = await copyTwin(context, run, output.revision);
    if (copied) context.metrics.countCopied();
    return copied ?? encodeAnew(context, run, output);
  });
}

function encodeAnew(
  context: WorkerContext,
  run: StageRun,
  { revision, store }: Revision,
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
        // What is published already stays until all of the new is there.
        passes: file.revision
          ? undefined
          : choosePasses(source, chooseLadder(source), config.worker),
        onEarly: (encoded) => publishEarly(context, run, { folder, encoded, source }),
      });
    });
    context.metrics.countEncode({
      mediaSeconds: produced.durationMs / 1000,
      ...{ wallSeconds: produced.wallSeconds, cpuSeconds: produced.cpuSeconds },
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
      cost: {
        wall_s: toHundredths(produced.wallSeconds),
        cpu_s: toHundredths(produced.cpuSeconds),
      },
      renditions: produced.renditions.map(toWire),
      degraded: produced.degraded.map(({ rendition, rules }) => ({
        rendition: rendition ?? null,
        rules: [...rules],
      })),
      storyboard: { vtt: produced.storyboard.vtt, images: [...produced.storyboard.images] },
    };
  });
}

const toHundredths = (seconds: number) => Math.round(seconds * 100) / 100;
