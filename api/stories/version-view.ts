// A version of a story on the wire.

import { z } from 'zod';

import { Currency, ReplyId, ReplyMoney, ReplyTime } from '../http/wire-types.js';
import { SECTION_TYPES } from './story.js';
import { CONTENT_FIELDS } from './story-content.js';
import type { StoryVersion } from './version-queries.js';

export const StoryVersionReply = z
  .strictObject({
    version: z.int(),
    created_at: ReplyTime,
    changed_by: ReplyId('user').nullable().describe('Null where the system published it'),
    changed: z
      .array(z.enum(CONTENT_FIELDS))
      .describe('Against the version before; none of the first'),
    content: z.strictObject({
      title: z.string(),
      description: z.string(),
      category: z.string().nullable(),
      tags: z.array(z.string()),
      minimum_offer: ReplyMoney,
      currency: Currency,
      sections: z.array(z.strictObject({ type: z.enum(SECTION_TYPES), content: z.string() })),
      clips: z.array(
        z.strictObject({ media_id: ReplyId('media'), context: z.string().nullable() }),
      ),
    }),
  })
  .meta({ id: 'StoryVersion' });

export const toVersionView = ({
  version,
  createdAt,
  actorId,
  changed,
  content,
}: StoryVersion): z.input<typeof StoryVersionReply> => ({
  version,
  created_at: createdAt,
  changed_by: actorId,
  changed: [...changed],
  content: {
    ...content,
    tags: [...content.tags],
    sections: [...content.sections],
    clips: [...content.clips],
  },
});
