// What a maker sends of a story.

import { z } from 'zod';

import { Currency, Money, Words } from '../http/wire-types.js';
import { SECTION_TYPES } from './story.js';

const Title = Words(200);
const Description = Words(5_000);
const Category = Words(50);
const Tags = z
  .array(Words(30))
  .max(10)
  .transform((tags) => [...new Set(tags)]);
const Sections = z
  .array(z.strictObject({ type: z.enum(SECTION_TYPES), content: Words(5_000) }))
  .refine((list) => new Set(list.map(({ type }) => type)).size === list.length, {
    message: 'must hold each type at most once',
  });

export const CreateStory = z
  .strictObject({
    title: Title,
    description: Description,
    category: Category.nullish(),
    tags: Tags.default([]),
    minimum_offer: Money,
    currency: Currency.default('USD'),
    sections: Sections.default([]),
  })
  .meta({ id: 'CreateStory' });

export const EditStory = z
  .strictObject({
    title: Title.optional(),
    description: Description.optional(),
    category: Category.nullish().describe('Null takes it away'),
    tags: Tags.optional(),
    minimum_offer: Money.optional(),
    sections: Sections.optional(),
  })
  .describe('What is absent stays as it is')
  .meta({ id: 'EditStory' });
