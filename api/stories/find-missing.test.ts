import { expect } from 'chai';

import { newId } from '../../pipeline/platform/ids.js';
import { findMissing } from './find-missing.js';
import type { CarouselEntry, Story } from './story.js';

const clips = (count: number): CarouselEntry[] =>
  Array.from({ length: count }, () => ({ mediaId: newId(), context: null, replaces: null }));
const filesOf = (carousel: readonly CarouselEntry[]) =>
  carousel.map(({ mediaId }) => ({ mediaId, status: 'completed' as const }));

const story = (overrides: Partial<Story> = {}) => ({
  title: 'A bowl',
  description: 'Of walnut.',
  sections: [{ type: 'overview' as const, content: 'For bread.' }],
  minimumOffer: 100,
  carousel: clips(3),
  ...overrides,
});
const fieldsOf = (given: ReturnType<typeof story>) =>
  findMissing(given, filesOf(given.carousel)).map(({ field }) => field);

describe('what a story lacks', () => {
  it('is nothing where all is there', () => {
    for (const count of [3, 7]) expect(fieldsOf(story({ carousel: clips(count) }))).to.be.empty;
  });

  for (const [field, change] of [
    ['title', { title: ' ' }],
    ['description', { description: '' }],
    ['sections', { sections: [{ type: 'process', content: 'Turned.' }] }],
    ['minimum_offer', { minimumOffer: 99 }],
    ['clips', { carousel: clips(2) }],
    ['clips', { carousel: clips(8) }],
  ] as [string, Partial<Story>][]) {
    it(`is the ${field} of ${JSON.stringify(change).slice(0, 50)}`, () => {
      expect(fieldsOf(story(change))).to.deep.equal([field]);
    });
  }

  it('is all of it at once', () => {
    const empty = { title: '', description: '', sections: [], minimumOffer: 0, carousel: [] };
    expect(fieldsOf(story(empty))).to.deep.equal([
      ...['title', 'description', 'sections', 'minimum_offer', 'clips'],
    ]);
  });

  it('is each clip that is not completed, or not there', () => {
    const given = story();
    const [first] = filesOf(given.carousel);
    const files = first
      ? [first, { ...filesOf(given.carousel.slice(1))[0], status: 'processing' }]
      : [];
    const missing = findMissing(given, files as Parameters<typeof findMissing>[1]);
    expect(missing.map(({ field, status }) => [field, status])).to.deep.equal([
      ['clips.1', 'processing'],
      ['clips.2', 'failed'],
    ]);
  });

  it('counts a clip and its replacement as one', () => {
    const carousel = clips(3);
    const replaced = { ...carousel[2], replaces: carousel[0]?.mediaId ?? null } as CarouselEntry;
    expect(fieldsOf(story({ carousel: [...carousel.slice(0, 2), replaced] }))).to.deep.equal([
      'clips',
    ]);
  });
});
