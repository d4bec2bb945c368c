// The parts of a clip, as its workers stored them → the files that one run would have made.

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { BoxError } from '../pipeline/boxes-bytes.js';
import { countFrames } from '../pipeline/encode.js';
import { ENCODE_PROFILE } from '../pipeline/encode-profile.js';
import type { EncodedPart } from '../pipeline/jobs/media-jobs.js';
import { chooseLadder } from '../pipeline/ladder.js';
import { revisionKey, revisionPrefix } from '../pipeline/media-keys.js';
import { hastenRemoval } from '../pipeline/object-removal-queries.js';
import type { Source } from '../pipeline/probe.js';
import { ObjectNotFound } from '../pipeline/storage/storage.js';
import type { WorkerContext } from './context.js';
import type { EncodedClip } from './encode-clip.js';
import { fileOf, isDamaged } from './encode-pictures.js';
import { joinFiles, PartsDiffer } from './join-files.js';

export interface JoinJob {
  readonly mediaId: string;
  /** As the parts' own jobs gave them, in any order. */
  readonly parts: readonly EncodedPart[];
  readonly source: Source;
  /** Where the files are written. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** @returns null where the parts make no whole: then all is to be encoded in one */
export async function joinParts(
  { storage, log }: Pick<WorkerContext, 'storage' | 'log'>,
  job: JoinJob,
): Promise<EncodedClip | null> {
  const { mediaId, source, folder, signal } = job;
  const fetched = join(folder, '.parts');
  try {
    const { pictures, sound } = sortParts(job);
    await mkdir(fetched);
    const fetch = async (part: EncodedPart, file: string, path: string) => {
      await storage.download(revisionKey(mediaId, part.revision, file), path, signal);
      return path;
    };
    for (const file of chooseLadder(source).map(fileOf)) {
      const files = [];
      for (const part of pictures) {
        const path = await fetch(part, file, join(fetched, `${part.part}-${file}`));
        files.push({ path, frames: part.frames.end - part.frames.first });
      }
      signal.throwIfAborted();
      await joinFiles(files, join(folder, file));
      for (const { path } of files) await rm(path);
    }
    if (sound?.files.length) await fetch(sound, SOUND, join(folder, SOUND));
    return toEncoded(source, pictures, sound);
  } catch (err) {
    signal.throwIfAborted();
    if (!UNUSABLE.some((kind) => err instanceof kind)) throw err;
    log.warn({ err, mediaId }, 'the parts make no whole: encoded in one');
    await Promise.all(
      [...chooseLadder(source).map(fileOf), SOUND].map((file) =>
        rm(join(folder, file), { force: true }),
      ),
    );
    return null;
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
}

/** Nobody needs them any more: their notes, made before they were, become due. */
export async function removeParts(
  { db, log }: Pick<WorkerContext, 'db' | 'log'>,
  mediaId: string,
  parts: readonly EncodedPart[],
): Promise<void> {
  for (const { revision } of parts) {
    const target = { prefix: revisionPrefix(mediaId, revision) };
    await hastenRemoval(db, target).catch((err: unknown) =>
      log.warn({ err, ...target }, 'a part stays until its note is due'),
    );
  }
}

const SOUND = 'audio.mp4';
const UNUSABLE = [PartsDiffer, BoxError, ObjectNotFound];

type Pictures = EncodedPart & { readonly frames: NonNullable<EncodedPart['frames']> };

/** @throws PartsDiffer where they do not follow each other from the first frame to the last */
function sortParts({ parts, source }: JoinJob): { pictures: Pictures[]; sound?: EncodedPart } {
  const pictures = parts
    .filter((part): part is Pictures => part.frames !== null)
    .toSorted((a, b) => a.frames.first - b.frames.first);
  const sound = parts.find(({ files, degraded }) => [...files, ...degraded].some(isOfSound));
  const end = pictures.reduce((at, { frames }) => (frames.first === at ? frames.end : -1), 0);
  const isWhole = end === countFrames(source) && (sound !== undefined || !source.audio);
  if (!isWhole) throw new PartsDiffer('some of the clip is in none of its parts');
  const profiles = new Set([ENCODE_PROFILE, ...parts.map(({ profile }) => profile)]);
  if (profiles.size > 1) throw new PartsDiffer('the parts are of different profiles');
  return { pictures, ...(sound && { sound }) };
}

const isOfSound = (name: string) => name === SOUND || name.startsWith('AUDIO_');

function toEncoded(
  source: Source,
  pictures: readonly Pictures[],
  sound: EncodedPart | undefined,
): EncodedClip {
  const errorLines = pictures.reduce((sum, { errors }) => sum + errors, 0);
  return {
    renditions: chooseLadder(source).map((rendition) => ({ rendition, file: fileOf(rendition) })),
    audio: sound?.files.length ? { file: SOUND } : null,
    degraded: [
      ...source.degraded,
      ...(isDamaged({ errorLines }, source) ? ['VIDEO_ERRORS'] : []),
      ...(sound?.degraded ?? []),
    ],
  };
}
