// What a version of a story holds, and in what two of them differ.

import type { Section, Story } from './story.js';

/** As it is stored with a version; amounts in minor units. */
export interface StoryContent {
  readonly title: string;
  readonly description: string;
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly minimum_offer: number;
  readonly currency: string;
  readonly sections: readonly Section[];
  readonly clips: readonly { readonly media_id: string; readonly context: string | null }[];
}

export const CONTENT_FIELDS = [
  'title',
  'description',
  'category',
  'tags',
  'minimum_offer',
  'currency',
  'sections',
  'clips',
] as const satisfies readonly (keyof StoryContent)[];
export type ContentField = (typeof CONTENT_FIELDS)[number];

/** What bidders have decided by: it stands while an auction runs. */
export const MATERIAL_FIELDS: readonly ContentField[] = [
  ...(['title', 'clips', 'sections', 'minimum_offer', 'currency'] as const),
];

export const contentOf = (story: Story): StoryContent => ({
  title: story.title,
  description: story.description,
  category: story.category,
  tags: story.tags,
  minimum_offer: story.minimumOffer,
  currency: story.currency,
  sections: story.sections.map(({ type, content }) => ({ type, content })),
  clips: story.carousel.map(({ mediaId, context }) => ({ media_id: mediaId, context })),
});

export const changedFields = (before: StoryContent, after: StoryContent): ContentField[] =>
  CONTENT_FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));

export const pickFields = (
  content: StoryContent,
  fields: readonly ContentField[],
): Partial<StoryContent> => Object.fromEntries(fields.map((field) => [field, content[field]]));
