// Publishes a clip's first rendition, with its sound, while the rest is still being encoded: a revision of its own.

import { link } from 'node:fs/promises';
import { join } from 'node:path';

import type { EncodedRendition } from '../pipeline/jobs/media-jobs.js';
import { newRevision, revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { saveEarly } from '../pipeline/media-move-queries.js';
import { strikeRemoval } from '../pipeline/object-removal-queries.js';
import type { WorkerContext } from './context.js';
import type { EncodedClip } from './encode-clip.js';
import { type PackagedClip, type PackageJob, packageClip } from './package-clip.js';
import type { StageRun } from './run-stage.js';
import { SupersededError } from './run-stopped.js';
import { withWorkspace } from './workspace.js';
import { playlistsLast, writeRevision } from './write-revision.js';

/** An early revision is a favour: what goes wrong here is logged, and the clip goes on without. */
export async function publishEarly(
  context: WorkerContext,
  run: StageRun,
  { folder, encoded, source }: PackageJob,
): Promise<void> {
  const { lease, signal } = run;
  try {
    const name = `early-${lease.mediaId}-${lease.token}`;
    await withWorkspace(context.workspaces, name, async (own) => {
      // Playlists of its own beside the same media, which the packaging may leave out here alone.
      await Promise.all(mediaOf(encoded).map((file) => link(join(folder, file), join(own, file))));
      const packaged = await packageClip({ folder: own, encoded, source });
      await writeRevision(
        context,
        run,
        async ({ revision, store }) => {
          await store(own, playlistsLast(packaged.files));
          signal.throwIfAborted();
          await nameEarly(context, run, revision, packaged);
        },
        (token) => newRevision('early', token),
      );
    });
    context.mediaEvents.publish(lease.mediaId);
  } catch (err) {
    if (!signal.aborted) context.log.warn({ err, ...lease }, 'not playable early');
  }
}

const mediaOf = ({ renditions, audio }: EncodedClip): string[] => [
  ...renditions.map(({ file }) => file),
  ...(audio ? [audio.file] : []),
];

/** Only what was never published becomes playable here, and only while the lease is the newest. */
async function nameEarly(
  { db }: Pick<WorkerContext, 'db'>,
  { lease }: Pick<StageRun, 'lease'>,
  revision: string,
  packaged: PackagedClip,
): Promise<void> {
  const { mediaId } = lease;
  await db.transaction(async (trx) => {
    const saved = await saveEarly(trx, lease, revision, {
      playlist: revisionKey(mediaId, revision, packaged.playlist),
      renditions: packaged.renditions.map(toWire),
      duration_ms: packaged.durationMs,
    });
    if (!saved) throw new SupersededError('the clip has moved on');
    if (!(await strikeRemoval(trx, { prefix: revisionPrefix(mediaId, revision) }))) {
      throw new Error('the early revision was swept away before it was published');
    }
  });
}

export const toWire = ({
  frameRate,
  averageBandwidth,
  ...rendition
}: PackagedClip['renditions'][number]): EncodedRendition => ({
  ...rendition,
  frame_rate: frameRate,
  average_bandwidth: averageBandwidth,
});
