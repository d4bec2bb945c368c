// What a source is: ffprobe's words, parsed, and the facts that the rest of the pipeline uses.

import { z } from 'zod';

import type { Crop } from './framing.js';
import type { Orientation } from './orientation.js';
import type { Container } from './sniff.js';

export interface Ratio {
  readonly num: number;
  readonly den: number;
}

/** An admitted upload: every value was measured from its packets and frames, not its header alone. */
export interface Source {
  readonly container: Container;
  /** Length of the timeline that the renditions have. */
  readonly durationMs: number;
  /** Instant in the file's own time that becomes 0, in seconds: see `chooseOrigin`. */
  readonly origin: number;
  readonly video: VideoTrack;
  readonly audio: AudioTrack | null;
  /** Every track of sound in the file, used or not. */
  readonly sounds: readonly SoundFacts[];
  /** Codes of what was wrong, but not wrong enough to refuse the clip. */
  readonly degraded: readonly string[];
}

export interface VideoTrack {
  /** ffmpeg's index of the track in the file. */
  readonly index: number;
  readonly codec: string;
  /** ffmpeg's name of the decoder that must be used; null where its own choice is right. */
  readonly decoder: string | null;
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** What is seen of the coded picture; null for all of it. */
  readonly crop: Crop | null;
  /** As shown: crop, rotation and pixel aspect applied. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  readonly sampleAspect: Ratio;
  /** Nominal, at most 60: the constant rate of the renditions. */
  readonly frameRate: Ratio;
  /** Mean rate of the frames that are really there, from the first to the last. */
  readonly measuredFrameRate: number;
  readonly frameCount: number;
  readonly isInterlaced: boolean;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly colour: Colour;
  readonly hdr: 'pq' | 'hlg' | null;
  /** First and last presented instant, in the file's own time, in seconds. */
  readonly start: number;
  readonly end: number;
  /** Seconds by which decoded frames are stamped later than they are to be shown. */
  readonly delay: number;
  /** See `measureSeekLead`. */
  readonly seekLead: number | null;
}

/** In ffmpeg's words; a value that the file leaves out is filled in as players do. */
export interface Colour {
  readonly range: 'tv' | 'pc';
  readonly matrix: string;
  readonly primaries: string;
  readonly transfer: string;
}

/** A track of sound as a maker is told of it. */
export interface SoundFacts {
  /** Place among the file's tracks of sound, from 0. */
  readonly index: number;
  readonly codec: string;
  readonly channels: number;
  readonly language: string | null;
  readonly title: string | null;
  readonly default: boolean;
}

export interface AudioTrack {
  readonly index: number;
  readonly codec: string;
  readonly channels: number;
  /** In ffmpeg's words; null where the file names none. */
  readonly layout: string | null;
  readonly sampleRate: number;
  readonly start: number;
  readonly end: number;
}

const text = z.string().default('');
const sideData = z.looseObject({
  side_data_type: text,
  displaymatrix: z.string().optional(),
  dv_profile: z.number().optional(),
  dv_bl_signal_compatibility_id: z.number().optional(),
});

const streamSchema = z.object({
  index: z.number().int(),
  codec_type: text,
  codec_name: text,
  codec_tag_string: text,
  width: z.number().default(0),
  height: z.number().default(0),
  sample_aspect_ratio: text,
  color_range: text,
  color_space: text,
  color_primaries: text,
  color_transfer: text,
  r_frame_rate: text,
  avg_frame_rate: text,
  duration: z.coerce.number().optional().catch(undefined),
  nb_frames: z.coerce.number().optional().catch(undefined),
  channels: z.number().default(0),
  channel_layout: text,
  sample_rate: z.coerce.number().catch(0),
  disposition: z.record(z.string(), z.number()).catch({}),
  tags: z.record(z.string(), z.string()).catch({}),
  side_data_list: z.array(sideData).catch([]),
});

const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ duration: z.coerce.number().optional().catch(undefined) }).default({}),
});

export type ProbedStream = z.output<typeof streamSchema>;
export type Probe = z.output<typeof probeSchema>;

/** Parses `ffprobe -show_streams -show_format -of json`. */
export const readProbe = (json: string): Probe => probeSchema.parse(JSON.parse(json));

const frameSchema = z.object({
  media_type: text,
  best_effort_timestamp_time: z.coerce.number().optional().catch(undefined),
  pkt_dts_time: z.coerce.number().optional().catch(undefined),
  width: z.number().default(0),
  height: z.number().default(0),
  pix_fmt: text,
  sample_aspect_ratio: text,
  interlaced_frame: z.number().default(0),
  color_range: text,
  color_space: text,
  color_primaries: text,
  color_transfer: text,
  nb_samples: z.number().default(0),
  key_frame: z.number().default(1),
  side_data_list: z.array(sideData).catch([]),
});

export type ProbedFrame = z.output<typeof frameSchema>;

/** Parses `ffprobe -show_frames -of json`. */
export const readFrames = (json: string): ProbedFrame[] =>
  z.object({ frames: z.array(frameSchema).default([]) }).parse(JSON.parse(json)).frames;

/** `30000/1001`, `16:9`; null where ffprobe says that it does not know. */
export function readRatio(value: string): Ratio | null {
  const match = /^(\d+)[/:](\d+)$/.exec(value);
  const num = Number(match?.[1]);
  const den = Number(match?.[2]);
  return num > 0 && den > 0 ? { num, den } : null;
}
