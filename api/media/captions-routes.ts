// /media/{id}/captions

import { z } from 'zod';

import type { Context } from '../context.js';
import { validationError } from '../errors.js';
import { route } from '../http/define-route.js';
import { readBytes } from '../http/read-bytes.js';
import { PublicId, Words } from '../http/wire-types.js';
import {
  Caption,
  findCaptions,
  MAX_CAPTION_BYTES,
  readCaptions,
  removeCaptions,
  saveCaptions,
} from './captions.js';

const OfClip = z.strictObject({ media_id: PublicId('media') });
const OfLanguage = OfClip.extend({ language: z.string().max(100) });
const tags = ['Captions'] as const;
const ABSENT = { 404: ['MEDIA_NOT_FOUND', 'CAPTIONS_NOT_FOUND'], 422: ['VALIDATION_ERROR'] };

export const captionsRoutes = (context: Context) => [
  route({
    method: 'get',
    path: '/media/:media_id/captions',
    summary: 'List the captions of a clip of yours, with what was repaired in them',
    tags,
    access: 'user',
    params: OfClip,
    status: 200,
    reply: z.strictObject({ captions: z.array(Caption) }).meta({ id: 'Captions' }),
    errors: { 404: ['MEDIA_NOT_FOUND'] },
    async handle({ params, user }) {
      const clip = { mediaId: params.media_id, ownerId: user.userId };
      return { captions: await findCaptions(context, clip) };
    },
  }),

  route({
    method: 'put',
    path: '/media/:media_id/captions/:language',
    summary: 'Send the captions of a clip of yours in one language, as WebVTT (SubRip is repaired)',
    tags,
    access: 'user',
    params: OfLanguage,
    query: z.strictObject({
      label: Words(60)
        .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must be one line')
        .optional(),
    }),
    bytes: 'text/vtt',
    status: 200,
    reply: Caption,
    limit: 'captions',
    errors: {
      404: ['MEDIA_NOT_FOUND'],
      409: ['TOO_MANY_CAPTIONS'],
      413: ['PAYLOAD_TOO_LARGE'],
      415: ['UNSUPPORTED_MEDIA_TYPE'],
      422: ['CAPTIONS_INVALID'],
    },
    handle({ params, query, user, request }) {
      const clip = { mediaId: params.media_id, ownerId: user.userId };
      const language = toLanguage(params.language);
      const label = query.label ?? nameOf(language);
      return saveCaptions(context, clip, { language, label }, () =>
        readBytes(request, { type: 'text/vtt', maxBytes: MAX_CAPTION_BYTES }),
      );
    },
  }),

  route({
    method: 'get',
    path: '/media/:media_id/captions/:language',
    summary: 'The captions of a clip of yours in one language, as they were checked',
    tags,
    access: 'user',
    params: OfLanguage,
    status: 200,
    produces: 'text/vtt',
    errors: ABSENT,
    async handle({ params, user, response }) {
      const clip = { mediaId: params.media_id, ownerId: user.userId };
      const text = await readCaptions(context, clip, toLanguage(params.language));
      response.status(200).type('text/vtt; charset=utf-8').send(text);
    },
  }),

  route({
    method: 'delete',
    path: '/media/:media_id/captions/:language',
    summary: 'Take the captions of one language off a clip of yours',
    tags,
    access: 'user',
    params: OfLanguage,
    status: 204,
    errors: ABSENT,
    handle({ params, user }) {
      const clip = { mediaId: params.media_id, ownerId: user.userId };
      return removeCaptions(context, clip, toLanguage(params.language));
    },
  }),
];

const LONGEST_TAG = 35;

/** @throws ApiError VALIDATION_ERROR: unlike an id, a language can be misspelt by people */
function toLanguage(text: string): string {
  try {
    const [language] = Intl.getCanonicalLocales(text);
    if (language && language.length <= LONGEST_TAG) return language;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw validationError([
    { field: 'language', message: 'must be a language tag such as en or pt-BR' },
  ]);
}

/** In the language itself: Deutsch. */
const nameOf = (language: string): string =>
  (new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language).slice(0, 60);
