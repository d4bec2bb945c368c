// Gives a completed clip's new revision the captions that the clip has, before it is named: there is no time without.

import { listCaptions } from '../pipeline/captions-queries.js';
import type { EncodedMedia } from '../pipeline/jobs/media-jobs.js';
import type { MediaFile } from '../pipeline/media-file.js';
import type { WorkerContext } from './context.js';
import { expectNoneAnew, listBroken, writeSubtitles } from './write-subtitles.js';

export interface WrittenCaptions {
  /** Of the captions written: 0 where they are published later. */
  readonly version: number;
  readonly languages: { readonly language: string; readonly label: string }[];
}

const NONE: WrittenCaptions = { version: 0, languages: [] };

/** Nothing is held up for captions while a clip is not visible yet: those follow. */
export async function captionEncoded(
  context: Pick<WorkerContext, 'db' | 'storage' | 'draining'>,
  { mediaId, reencoding, captionsVersion: version }: MediaFile,
  encoded: Pick<EncodedMedia, 'revision' | 'playlist'>,
): Promise<WrittenCaptions> {
  if (!reencoding || version === 0) return NONE;
  const captions = await listCaptions(context.db, mediaId);
  if (captions.length === 0) return { version, languages: [] };
  const { revision, playlist } = encoded;
  const stream = { mediaId, playlist, from: revision, to: revision };
  const signal = context.draining;
  const before = await listBroken(context, stream, revision, signal);
  await writeSubtitles(context, stream, captions, signal);
  expectNoneAnew(await listBroken(context, stream, revision, signal), before);
  return { version, languages: captions.map(({ language, label }) => ({ language, label })) };
}
