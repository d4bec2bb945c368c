// Makes a clip's poster and placeholder, and shows them to its maker at once. They stay where only the stream is made anew.

import type { WrittenStills } from '../pipeline/jobs/media-jobs.js';
import { revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { saveStills } from '../pipeline/media-move-queries.js';
import { queueRemoval, strikeRemoval } from '../pipeline/object-removal-queries.js';
import type { WorkerContext } from './context.js';
import { inspectMended } from './inspect-mended.js';
import { makeStills, type Stills } from './make-stills.js';
import type { StageRun } from './run-stage.js';
import { SupersededError } from './run-stopped.js';
import { withWorkspace } from './workspace.js';
import { writeRevision } from './write-revision.js';

export async function stillsMedia(context: WorkerContext, run: StageRun): Promise<WrittenStills> {
  const { ffmpeg, sources, config } = context;
  const { file, lease, signal } = run;
  const { stills_revision: former } = file.metadata;
  if (file.reencoding && former) return { revision: former, token: lease.token, files: [] };
  return writeRevision(context, run, ({ revision, store }) =>
    sources.withSource(file, signal, (sent) =>
      withWorkspace(context.workspaces, `stills-${file.mediaId}-${lease.token}`, async (folder) => {
        const { source, path } = await sources.inspectOnce(file, () =>
          inspectMended(ffmpeg, sent, config.media, signal, file.metadata.audio_track),
        );
        const stills = await makeStills(ffmpeg, { source, path, folder, signal });
        const files = stills.poster.flatMap(({ jpeg, webp }) => [jpeg, webp]);
        await store(folder, files);
        signal.throwIfAborted();
        await nameStills(context, run, revision, stills);
        context.mediaEvents.publish(file.mediaId);
        return { revision, token: lease.token, files };
      }),
    ),
  );
}

async function nameStills(
  { db, config }: WorkerContext,
  { file: { mediaId, metadata }, lease }: StageRun,
  revision: string,
  stills: Stills,
): Promise<void> {
  const keyOf = (name: string) => revisionKey(mediaId, revision, name);
  const poster = stills.poster.map((size) => ({
    ...size,
    jpeg: keyOf(size.jpeg),
    webp: keyOf(size.webp),
  }));
  const patch = { poster, placeholder: stills.placeholder, stills_revision: revision };
  await db.transaction(async (trx) => {
    const thumbnail = poster.toSorted((a, b) => b.width - a.width)[0]?.jpeg ?? null;
    if (!(await saveStills(trx, lease, patch, thumbnail))) {
      throw new SupersededError('the clip has moved on');
    }
    if (!(await strikeRemoval(trx, { prefix: revisionPrefix(mediaId, revision) }))) {
      throw new Error('the stills were swept away');
    }
    if (metadata.stills_revision) {
      const former = { prefix: revisionPrefix(mediaId, metadata.stills_revision) };
      await queueRemoval(trx, former, untilCookiesExpire(config.playback));
    }
  });
}

/** Seconds until nobody can hold a cookie, or a page, that names what a row no longer names. */
export const untilCookiesExpire = ({ cookieSeconds }: { cookieSeconds: number }): number =>
  cookieSeconds + 10 * 60;
