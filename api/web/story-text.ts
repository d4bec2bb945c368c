// The words and terms of a story as they stand in the fields of a form.

import type { Story } from './clip.js';

export interface StoryText {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  /** With commas between them. */
  readonly tags: string;
  readonly minimumOffer: string;
  readonly sections: readonly { readonly type: string; readonly content: string }[];
}

export const textOf = (story: Story): StoryText => ({
  title: story.title,
  description: story.description,
  category: story.category ?? '',
  tags: story.tags.join(', '),
  minimumOffer: String(story.pricing.minimum_offer),
  sections: story.sections.length
    ? story.sections.map(({ type, content }) => ({ type, content }))
    : [{ type: 'overview', content: '' }],
});

/** As `PATCH /stories/{id}` takes it; a section with nothing in it is none. */
export const toEdit = (text: StoryText) => ({
  title: text.title.trim(),
  description: text.description.trim(),
  category: text.category.trim() || null,
  tags: text.tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== ''),
  minimum_offer: Number(text.minimumOffer),
  sections: text.sections.filter(isFilled).map(({ type, content }) => ({
    type,
    content: content.trim(),
  })),
});

/** By what the API calls the section of that place, so that what is wrong with it stands beside it. */
export function sectionField(sections: StoryText['sections'], at: number): string {
  const section = sections[at];
  if (!section || !isFilled(section)) return `sections.empty.${section?.type}`;
  return `sections.${sections.slice(0, at).filter(isFilled).length}.content`;
}

export const isFilled = ({ content }: StoryText['sections'][number]) => content.trim() !== '';
