// Has every completed clip below an encode profile made anew, a page at a time; safe to stop and to run again.

import type { MediaOutlets } from './enqueue-clip.js';
import { type ReencodeOutcome, requestReencode } from './reencode-media.js';
import { listReencodable, type ReencodeQuery } from './reencode-queries.js';
import type { Storage } from './storage/storage.js';

const PAGE = 100;

/** @returns how many clips met which outcome */
export async function reencodeAll(
  context: MediaOutlets & { readonly storage: Pick<Storage, 'head'> },
  { onPage, ...query }: ReencodeQuery & { onPage?: (done: number) => void },
): Promise<Record<ReencodeOutcome, number>> {
  const counts = { queued: 0, waiting: 0, 'not-found': 0, 'not-ready': 0, 'source-gone': 0 };
  let done = 0;
  let after: string | null = null;
  for (;;) {
    const page: string[] = await listReencodable(context.db, { ...query, after, limit: PAGE });
    for (const mediaId of page) counts[await requestReencode(context, mediaId)] += 1;
    done += page.length;
    if (page.length > 0) onPage?.(done);
    after = page.at(-1) ?? null;
    if (page.length < PAGE) return counts;
  }
}
