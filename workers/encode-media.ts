// Makes every rendition of a clip, checked and packaged, and stores them under a revision of the run's own.

import type { EncodedMedia } from '../pipeline/jobs/media-jobs.js';
import type { WorkerContext } from './context.js';
import { inspectUpload } from './inspect-upload.js';
import { produceClip } from './produce-clip.js';
import type { StageRun } from './run-stage.js';
import { withWorkspace } from './workspace.js';
import { writeRevision } from './write-revision.js';

export function encodeMedia(context: WorkerContext, run: StageRun): Promise<EncodedMedia> {
  const { ffmpeg, sources, config } = context;
  const { file, lease, signal } = run;
  return writeRevision(context, run, ({ revision, store }) =>
    withWorkspace(context.workspaces, `encode-${file.mediaId}-${lease.token}`, async (folder) => {
      run.progress('encoding');
      const produced = await sources.withSource(file, signal, async (path) => {
        const source = await inspectUpload(
          ffmpeg,
          path,
          config.media,
          signal,
          file.metadata.audio_track,
        );
        return produceClip(ffmpeg, { source, path, folder, signal, onProgress: run.progress });
      });
      context.metrics.countEncode({
        mediaSeconds: produced.durationMs / 1000,
        ...{ wallSeconds: produced.wallSeconds, cpuSeconds: produced.cpuSeconds },
      });
      const files = inOrder([
        ...produced.files,
        produced.storyboard.vtt,
        ...produced.storyboard.images,
      ]);
      await store(folder, files);
      run.progress('publishing');
      return {
        revision,
        token: lease.token,
        files,
        playlist: produced.playlist,
        duration_ms: Math.round(produced.durationMs),
        cost: {
          wall_s: toHundredths(produced.wallSeconds),
          cpu_s: toHundredths(produced.cpuSeconds),
        },
        renditions: produced.renditions.map((rendition) => ({
          name: rendition.name,
          width: rendition.width,
          height: rendition.height,
          frame_rate: rendition.frameRate,
          average_bandwidth: rendition.averageBandwidth,
          bandwidth: rendition.bandwidth,
          codecs: rendition.codecs,
        })),
        degraded: produced.degraded.map(({ rendition, rules }) => ({
          rendition: rendition ?? null,
          rules: [...rules],
        })),
        storyboard: { vtt: produced.storyboard.vtt, images: [...produced.storyboard.images] },
      };
    }),
  );
}

/** Media before the playlists that name it, the multivariant playlist last. */
function inOrder(files: readonly string[]): string[] {
  const rank = (file: string) =>
    file === 'multivariant.m3u8' ? 2 : file.endsWith('.m3u8') ? 1 : 0;
  return [...new Set(files)].toSorted((a, b) => rank(a) - rank(b));
}

const toHundredths = (seconds: number) => Math.round(seconds * 100) / 100;
