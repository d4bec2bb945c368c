// A media file: what its row says, and which moves a maker may make from there.

import { z } from 'zod';

/** The way of a clip, in order. A failed clip keeps the stage that it failed in. */
export const STAGES = [
  'uploading',
  'queued',
  'admitting',
  'encoding',
  'packaging',
  'publishing',
  'completed',
] as const;
export type Stage = (typeof STAGES)[number];

/** Faults of ours: trying again may help, so a maker may ask for it. */
export const OWN_FAULT_CODES = ['PROCESSING_FAILED', 'TIMED_OUT', 'STORAGE_FULL'] as const;
export type OwnFaultCode = (typeof OWN_FAULT_CODES)[number];

export type MediaStatus = 'pending' | 'processing' | 'completed' | 'failed';

const size = z.object({ width: z.int(), height: z.int() });

/** `index` is the place among the file's tracks of sound. */
export const soundTrack = z.object({
  index: z.int().min(0),
  codec: z.string(),
  channels: z.int().min(0),
  language: z.string().nullable(),
  title: z.string().nullable(),
  default: z.boolean(),
});

/** The `metadata` column. Keys are storage keys; `percent` is of the whole way, 0 to 100. */
export const mediaMetadata = z.object({
  stage: z.enum(STAGES).default('uploading'),
  percent: z.int().min(0).max(100).default(0),
  playable: z.boolean().default(false),
  playlist: z.string().optional(),
  /** The revision that became playable before all was encoded: while `revision` is this, it is not final. */
  early_revision: z.string().optional(),
  poster: z.array(size.extend({ jpeg: z.string(), webp: z.string() })).optional(),
  placeholder: z.string().optional(),
  storyboard: z.object({ vtt: z.string(), images: z.array(z.string()) }).optional(),
  renditions: z
    .array(
      size.extend({
        name: z.string(),
        frame_rate: z.number(),
        average_bandwidth: z.int(),
        bandwidth: z.int(),
        codecs: z.string(),
      }),
    )
    .optional(),
  degraded: z
    .array(z.object({ rendition: z.string().nullable(), rules: z.array(z.string()) }))
    .optional(),
  /** Languages of the published revision. */
  captions: z.array(z.object({ language: z.string(), label: z.string() })).optional(),
  duration_ms: z.int().optional(),
  /** Seconds that making the published revision took. */
  cost: z.object({ wall_s: z.number(), cpu_s: z.number() }).optional(),
  source: z
    .object({
      container: z.string(),
      video_codec: z.string(),
      audio_codec: z.string().nullable(),
      audio_tracks: z.array(soundTrack).default([]),
      width: z.int(),
      height: z.int(),
      frame_rate: z.number(),
      hdr: z.string().nullable(),
    })
    .optional(),
  /** The maker's choice among `source.audio_tracks`: null for no sound, absent where none was made. */
  audio_track: z.int().min(0).nullable().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** Prefix name of the stills that `poster` lies under. */
  stills_revision: z.string().optional(),
});
export type MediaMetadata = z.output<typeof mediaMetadata>;
export type MediaSource = NonNullable<MediaMetadata['source']>;

export interface MediaFile {
  readonly mediaId: string;
  readonly storyId: string | null;
  readonly ownerId: string;
  readonly filename: string;
  /** Where the source lies: in quarantine until admitted, then among the originals. */
  readonly filePath: string;
  readonly fileSize: number;
  readonly mimeType: string;
  /** Whole seconds, at least 1; null until admitted. */
  readonly duration: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly thumbnailKey: string | null;
  readonly status: MediaStatus;
  readonly metadata: MediaMetadata;
  /** 0 while uploading; grows with every queueing and is part of the job's id. */
  readonly attempt: number;
  /** Runs that began and never came back: the count that finds a poison clip. */
  readonly starts: number;
  /** Whose turn it is: smaller comes first. */
  readonly queueRank: number;
  /** Name of the published prefix; null until the clip is playable. */
  readonly revision: string | null;
  /** Of the captions that are wanted, and of those that the revision carries. */
  readonly captionsVersion: number;
  readonly captionsPublished: number;
  readonly originalKey: string | null;
  readonly cancelRequested: boolean;
  /** Completed, and wanted once more; visible as it is meanwhile. */
  readonly reencoding: boolean;
  /** Grows with every change; the id of the clip's live events. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Offered for our own faults only: a refused file stays refused, and a cancelled clip was the maker's wish. */
export const canRetry = ({ status, metadata }: Pick<MediaFile, 'status' | 'metadata'>): boolean =>
  status === 'failed' && isOwnFault(metadata.error?.code);

/** From the end of the upload until the clip is published; an upload is ended over tus. */
export const canCancel = (file: Pick<MediaFile, 'status' | 'attempt' | 'cancelRequested'>) =>
  isUnfinished(file.status) && file.attempt > 0 && !file.cancelRequested;

export const isUnfinished = (status: MediaStatus): boolean =>
  status === 'pending' || status === 'processing';

/** Whether its jobs may work on it. */
export const isUnderWay = ({ status, reencoding }: Pick<MediaFile, 'status' | 'reencoding'>) =>
  isUnfinished(status) || reencoding;

// Where each stage begins on the bar: encoding takes nearly all of the time.
const STARTS_AT: Record<Stage, number> = {
  uploading: 0,
  queued: 0,
  admitting: 1,
  encoding: 5,
  packaging: 90,
  publishing: 98,
  completed: 100,
};

/** @param fraction how much of the stage is done, 0 to 1 */
export function overallPercent(stage: Stage, fraction = 0): number {
  const start = STARTS_AT[stage];
  const next = STAGES[STAGES.indexOf(stage) + 1];
  const width = (next ? STARTS_AT[next] : start) - start;
  return Math.floor(start + width * (fraction > 0 ? Math.min(fraction, 1) : 0));
}

const isOwnFault = (code: string | undefined) => OWN_FAULT_CODES.some((own) => own === code);
