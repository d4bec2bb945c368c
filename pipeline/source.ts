// Everything measured of a file, put together into a Source.

import { chooseOrigin } from './alignment.js';
import { findAlpha } from './alpha.js';
import { readColour, readHdr } from './colour.js';
import type { Size } from './colour-filters.js';
import { firstWhole } from './first-whole.js';
import { type Framing, saneCrop } from './framing.js';
import { chooseOrientation, swapsSides } from './orientation.js';
import {
  type AudioTrack,
  type ProbedFrame,
  type Ratio,
  readRatio,
  type SoundFacts,
  type Source,
  type VideoTrack,
} from './probe.js';
import type { Container } from './sniff.js';
import { joinFields, nominalRate, toNumber } from './timeline.js';
import type { ChosenTrack } from './tracks.js';

export interface Measured {
  readonly container: Container;
  readonly video: ChosenTrack;
  /** What the container says of the chosen track besides. */
  readonly framing: Framing | null;
  /** First decoded pictures; at least one. */
  readonly pictures: readonly ProbedFrame[];
  /** Null where there is no sound, or none that can be read. */
  readonly audio: (ChosenTrack & { readonly start: number }) | null;
  /** Length that the header claims, in seconds. */
  readonly claimed: number | undefined;
  /** See `measureSeekLead`. */
  readonly seekLead: number | null;
  readonly degraded: readonly string[];
  readonly sounds: readonly SoundFacts[];
}

export function toSource(measured: Measured): Source {
  const { container, audio, claimed, degraded, video: chosen } = measured;
  const video = toVideoTrack(measured);
  const sound = audio && toAudioTrack(audio);
  const origin = chooseOrigin(video.start, video.frameRate, sound?.start ?? null);
  const end = chooseEnd(video, sound);
  // Some containers count from zero, some from the first sample.
  const announced = chosen.stream.duration ?? claimed ?? 0;
  const isShort = Math.max(end, end - origin) < announced * 0.9 - 0.5;
  return {
    container,
    durationMs: Math.max(1, Math.round((end - origin) * 1000)),
    origin,
    video,
    audio: sound,
    sounds: measured.sounds,
    degraded: isShort ? [...degraded, 'SOURCE_TRUNCATED'] : degraded,
  };
}

/** Sound that outlasts the picture by no more than this is padding of its codec. */
const PADDING_SECONDS = 0.1;

const chooseEnd = (video: VideoTrack, audio: AudioTrack | null): number =>
  audio && audio.end > video.end + PADDING_SECONDS ? audio.end : video.end;

const TOP_FRAME_RATE: Ratio = { num: 60, den: 1 };
const SANE_ASPECT = 10;

function toVideoTrack({ container, video, framing, pictures, ...measured }: Measured): VideoTrack {
  const { stream } = video;
  const timing = isInFields(video, pictures) ? joinFields(video.timing) : video.timing;
  // A call's film may start small and grow: the largest of the first pictures counts.
  const [picture] = [...pictures].sort((a, b) => b.width * b.height - a.width * a.height);
  const [first] = pictures;
  if (!picture || !first) throw new Error('A video track needs at least one decoded picture');
  const orientation = chooseOrientation(stream, first, framing?.orientation);
  const coded = { width: picture.width || stream.width, height: picture.height || stream.height };
  const crop = saneCrop(framing?.crop ?? null, coded.width, coded.height);
  const seen = crop ?? coded;
  const told = chooseAspect(stream.sample_aspect_ratio, picture.sample_aspect_ratio);
  const sampleAspect = framing?.shapesCrop ? narrowAspect(told, coded, seen) : told;
  const wide = Math.max(1, Math.round(seen.width * toNumber(sampleAspect)));
  const swaps = swapsSides(orientation);
  const alpha = findAlpha(stream, picture);
  const colour = readColour(stream, { ...picture, ...coded });
  const rate = nominalRate(
    timing.gaps,
    [stream.r_frame_rate, stream.avg_frame_rate].map(readRatio),
  );
  const stamped = first.best_effort_timestamp_time ?? timing.start;
  // AVI knows decode times alone: its pictures start with the track, however long a decoder keeps them.
  const delay = container === 'avi' ? Math.max(0, stamped - timing.start) : 0;
  const start = firstWhole(stream.codec_name, first, timing) - delay;
  return {
    index: stream.index,
    codec: stream.codec_name,
    decoder: alpha?.decoder ?? null,
    codedWidth: coded.width,
    codedHeight: coded.height,
    crop,
    width: swaps ? seen.height : wide,
    height: swaps ? wide : seen.height,
    orientation,
    sampleAspect,
    frameRate: clampRate(rate),
    frameCount: timing.count,
    measuredFrameRate: measureRate(timing.count, timing.end - timing.start, rate),
    isInterlaced: pictures.some((frame) => frame.interlaced_frame === 1),
    pixelFormat: alpha?.pixelFormat ?? picture.pix_fmt,
    bitDepth: Number(/p(9|10|12|14|16)(le|be)?$/.exec(picture.pix_fmt)?.[1] ?? 8),
    colour,
    hdr: readHdr(colour),
    ...{ start, delay, seekLead: measured.seekLead },
    // A single picture lasts as long as the header says.
    end: Math.max(
      timing.end,
      start + (timing.count === 1 ? (measured.claimed ?? 0) : 0),
      start + 1 / 240,
    ),
  };
}

/** Interlaced H.264 may come as one packet a field: decoded frames are then twice as far apart. */
function isInFields({ timing }: ChosenTrack, pictures: readonly ProbedFrame[]): boolean {
  const times = pictures.map((frame) => frame.best_effort_timestamp_time ?? Number.NaN);
  const first = times[0] ?? Number.NaN;
  const distance = ((times.at(-1) ?? Number.NaN) - first) / (times.length - 1);
  const packetGap = timing.gaps[timing.gaps.length >> 1] ?? Number.NaN;
  return pictures[0]?.interlaced_frame === 1 && distance > packetGap * 1.6;
}

function clampRate(rate: Ratio): Ratio {
  if (toNumber(rate) > toNumber(TOP_FRAME_RATE)) {
    // 119.88 and 239.76 fall to 59.94, so that every second or fourth frame is kept.
    return rate.den === 1001 ? { num: 60_000, den: 1001 } : TOP_FRAME_RATE;
  }
  return toNumber(rate) < 1 ? { num: 1, den: 1 } : rate;
}

const measureRate = (count: number, seconds: number, nominal: Ratio): number =>
  count > 1 && seconds > 0 ? count / seconds : Math.min(60, toNumber(nominal));

/** Container first, then bitstream; an absurd aspect is a writer's mistake. */
function chooseAspect(...candidates: string[]): Ratio {
  const sane = candidates.map(readRatio).find((ratio) => {
    const value = ratio ? toNumber(ratio) : 0;
    return value <= SANE_ASPECT && value >= 1 / SANE_ASPECT;
  });
  return sane ?? { num: 1, den: 1 };
}

/** ffprobe reads a shape that is meant for the crop as one of the whole picture. */
const narrowAspect = ({ num, den }: Ratio, whole: Size, seen: Size): Ratio => ({
  num: num * whole.width * seen.height,
  den: den * seen.width * whole.height,
});

function toAudioTrack({ stream, timing, start }: ChosenTrack & { start: number }): AudioTrack {
  return {
    index: stream.index,
    codec: stream.codec_name,
    channels: stream.channels,
    layout: stream.channel_layout || null,
    sampleRate: stream.sample_rate,
    start,
    end: Math.max(timing.end, start),
  };
}
