// Which of a file's tracks are its picture and its sound, and what forbids using them.

import { MediaError } from './media-error.js';
import type { Probe, ProbedStream } from './probe.js';
import { VIDEO_CODECS } from './source-input.js';
import { measureTrack, type Packet, type TrackTiming } from './timeline.js';

export interface ChosenTrack {
  readonly stream: ProbedStream;
  readonly timing: TrackTiming;
}

/**
 * The main picture: never an attached cover, never an empty track; the default one first, and a
 * film before a single picture.
 * @throws MediaError where there is none that can be used
 */
export function chooseVideo({ streams }: Probe, packets: readonly Packet[]): ChosenTrack {
  const videos = streams.filter(
    (stream) => stream.codec_type === 'video' && !stream.disposition.attached_pic,
  );
  if (videos.length === 0) {
    throw new MediaError('NO_VIDEO_STREAM', 'The file has no video in it, only sound or data.');
  }
  refuseProtected(videos);
  const known = videos.filter((stream) => CODECS.has(stream.codec_name));
  const [first] = videos;
  if (known.length === 0) {
    throw new MediaError(
      'UNSUPPORTED_FORMAT',
      `The video is coded as ${first?.codec_name || first?.codec_tag_string || 'something unknown'}, which we do not take. Export it as H.264 or HEVC.`,
    );
  }
  const [chosen] = withTiming(known, packets).sort(byPreference);
  if (!chosen) {
    throw new MediaError('CORRUPT_MEDIA', 'The file announces video but holds none of it.');
  }
  refuseUnmappableHdr(chosen.stream);
  return chosen;
}

/** The candidates for sound, best first: which of them can be decoded is for a decoder to say. */
export function listAudio({ streams }: Probe, packets: readonly Packet[]): ChosenTrack[] {
  const audios = streams.filter((stream) => stream.codec_type === 'audio');
  return withTiming(audios, packets).sort(byDefault);
}

/** @throws MediaError with DRM_PROTECTED where a track says that it is encrypted */
export function refuseProtected(streams: readonly ProbedStream[]): void {
  const isProtected = streams.some(
    (stream) => PROTECTED_TAGS.has(stream.codec_tag_string) || 'enc_key_id' in stream.tags,
  );
  if (isProtected) throw drmError();
}

export const drmError = (): MediaError =>
  new MediaError('DRM_PROTECTED', 'The clip is copy-protected. Upload an unprotected copy.');

const CODECS: ReadonlySet<string> = new Set(VIDEO_CODECS);
const PROTECTED_TAGS = new Set(['encv', 'enca', 'drmi', 'drms', 'p608']);

const withTiming = (streams: readonly ProbedStream[], packets: readonly Packet[]): ChosenTrack[] =>
  streams.flatMap((stream) => {
    const timing = measureTrack(packets, stream.index);
    return timing ? [{ stream, timing }] : [];
  });

const byDefault = (a: ChosenTrack, b: ChosenTrack) =>
  (b.stream.disposition.default ?? 0) - (a.stream.disposition.default ?? 0);
const isFilm = ({ timing }: ChosenTrack) => (timing.count > 1 ? 1 : 0);
const byPreference = (a: ChosenTrack, b: ChosenTrack) => isFilm(b) - isFilm(a) || byDefault(a, b);

/** Dolby Vision without a base layer (profile 5 and its kin) cannot be mapped to BT.709. */
function refuseUnmappableHdr({ side_data_list, codec_tag_string }: ProbedStream): void {
  const dolby = side_data_list.find((data) => data.dv_profile !== undefined);
  const hasNoBase = dolby
    ? dolby.dv_profile === 5 || (dolby.dv_bl_signal_compatibility_id ?? 1) === 0
    : ['dvh1', 'dvhe'].includes(codec_tag_string);
  if (hasNoBase) {
    throw new MediaError(
      'HDR_UNSUPPORTED',
      'This Dolby Vision film has no standard picture in it. Export it as HDR10, HLG or SDR.',
    );
  }
}
