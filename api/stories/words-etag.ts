// Names the words and the terms of a story as they stand, so that nobody writes over what they have not seen.

import { createHash } from 'node:crypto';

import type { StoryText } from './version-queries.js';

/** Of what `PATCH /stories/{id}` changes, and of nothing else: its clips may be put in order meanwhile. */
export function wordsEtag(text: StoryText): string {
  const sections = text.sections.map(({ type, content }) => [type, content]);
  const { title, description, category, tags, minimumOffer } = text;
  const words = JSON.stringify([title, description, category, tags, minimumOffer, sections]);
  return createHash('sha256').update(words).digest('base64url').slice(0, 22);
}
