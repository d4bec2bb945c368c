// A clip on the wire: its row and its place in the story, for its maker or for a viewer.

import { z } from 'zod';

import {
  canCancel,
  canRetry,
  type MediaFile,
  STAGES,
  soundTrack,
} from '../../pipeline/media-file.js';
import { ReplyId, ReplyTime } from '../http/wire-types.js';
import type { CarouselEntry } from '../stories/story.js';

const count = z.int().min(0);

const Rendition = z.strictObject({
  name: z.string().describe('By the short side: 720p'),
  width: count,
  height: count,
  frame_rate: z.number(),
  average_bandwidth: count.describe('Bits per second'),
  bandwidth: count.describe('Bits per second of the heaviest segment'),
  codecs: z.string(),
});

export const Clip = z
  .strictObject({
    media_id: ReplyId('media'),
    story_id: ReplyId('story').nullable(),
    status: z.enum(['pending', 'processing', 'completed', 'failed']),
    stage: z.enum(STAGES),
    percent: z.int().min(0).max(100),
    playable: z
      .boolean()
      .describe(
        'Whether video_url can be played: by its maker also before status is completed, then with the renditions listed',
      ),
    filename: z.string().nullable().describe('As the maker named it; told to the maker alone'),
    size: count.nullable().describe('Bytes of the upload; told to the maker alone'),
    context: z.string().nullable(),
    position: count.nullable().describe('Place in the carousel, from 0'),
    replaces: ReplyId('media').nullable().describe('The clip that goes when this upload is done'),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    can_retry: z.boolean(),
    can_cancel: z.boolean(),
    degraded: z.array(
      z.strictObject({ rendition: z.string().nullable(), rules: z.array(z.string()) }),
    ),
    source: z
      .strictObject({
        container: z.string(),
        video_codec: z.string(),
        audio_codec: z.string().nullable(),
        audio_tracks: z.array(z.strictObject(soundTrack.shape)),
        width: count,
        height: count,
        frame_rate: z.number(),
        hdr: z.string().nullable(),
      })
      .nullable(),
    audio_track: count
      .nullable()
      .optional()
      .describe(
        'What its maker chose of source.audio_tracks; null: no sound; told to the maker alone',
      ),
    renditions: z.array(Rendition),
    cost: z
      .strictObject({ wall_s: z.number(), cpu_s: z.number() })
      .nullable()
      .describe('Seconds that encoding took; told to the maker alone'),
    captions: z
      .array(z.strictObject({ language: z.string(), label: z.string() }))
      .describe('Those that are published'),
    duration_ms: count.nullable(),
    width: count.nullable(),
    height: count.nullable(),
    placeholder: z.string().nullable().describe('A thumbhash in base64'),
    thumbnail_url: z.url().nullable(),
    video_url: z.url().nullable().describe('Opens with the cookies of POST /media/{id}/playback'),
    version: count.describe('Grows with every change'),
    created_at: ReplyTime,
    updated_at: ReplyTime,
  })
  .meta({ id: 'Clip' });

export type ClipView = z.input<typeof Clip>;

export interface ClipPlace {
  readonly entry: CarouselEntry | null;
  readonly position: number | null;
}

export interface Audience {
  /** Of the edge, for addresses. */
  readonly origin: string;
  /** The maker or an admin: sees what went wrong and what can be done. */
  readonly own: boolean;
}

export function toClip(file: MediaFile, place: ClipPlace, { origin, own }: Audience): ClipView {
  const { metadata } = file;
  const playable = isPlayable(file);
  return {
    media_id: file.mediaId,
    story_id: file.storyId,
    status: file.status,
    stage: metadata.stage,
    percent: metadata.percent,
    playable,
    filename: own ? file.filename : null,
    size: own ? file.fileSize : null,
    context: place.entry?.context ?? null,
    position: place.position,
    replaces: place.entry?.replaces ?? null,
    error: (own && metadata.error) || null,
    can_retry: own && canRetry(file),
    can_cancel: own && canCancel(file),
    degraded: own ? (metadata.degraded ?? []) : [],
    source: (own && metadata.source) || null,
    ...(own && metadata.audio_track !== undefined && { audio_track: metadata.audio_track }),
    renditions: metadata.renditions ?? [],
    cost: (own && metadata.cost) || null,
    captions: metadata.captions ?? [],
    duration_ms: metadata.duration_ms ?? null,
    width: file.width,
    height: file.height,
    placeholder: metadata.placeholder ?? null,
    thumbnail_url: file.thumbnailKey && `${origin}/${file.thumbnailKey}`,
    video_url: playable ? `${origin}/${metadata.playlist}` : null,
    version: file.version,
    created_at: file.createdAt,
    updated_at: file.updatedAt,
  };
}

export const isPlayable = ({ metadata }: Pick<MediaFile, 'metadata'>): boolean =>
  metadata.playable && metadata.playlist !== undefined;

export function placeOf(carousel: readonly CarouselEntry[], mediaId: string): ClipPlace {
  const position = carousel.findIndex((entry) => entry.mediaId === mediaId);
  return { entry: carousel[position] ?? null, position: position < 0 ? null : position };
}
