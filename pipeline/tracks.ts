// Which of a file's tracks are its picture and its sound, and what forbids using them.

import { type Framing, framingOf } from './framing.js';
import { MediaError } from './media-error.js';
import type { Probe, ProbedStream } from './probe.js';
import { isKnownSound, VIDEO_CODECS } from './source-input.js';
import { measureTrack, type Packet, type TrackTiming } from './timeline.js';

export interface ChosenTrack {
  readonly stream: ProbedStream;
  readonly timing: TrackTiming;
}

/**
 * The candidates for the picture, best first: never an attached cover, never an empty track; a film
 * before a single picture or a track of thumbnails, then the default one, then the first.
 * @throws MediaError where there is none that can be used
 */
export function listVideo(
  { streams }: Probe,
  packets: readonly Packet[],
  framings: readonly Framing[] = [],
): ChosenTrack[] {
  const videos = streams.filter(
    (stream) => stream.codec_type === 'video' && !stream.disposition.attached_pic,
  );
  if (videos.length === 0) {
    throw new MediaError('NO_VIDEO_STREAM', 'The file has no video in it, only sound or data.');
  }
  const known = videos.filter((stream) => CODECS.has(stream.codec_name));
  if (known.length === 0) throw unknownCodec(videos[0]);
  const candidates = byPreference(withTiming(known, packets));
  const [first] = candidates;
  if (!first) {
    throw new MediaError('CORRUPT_MEDIA', 'The file announces video but holds none of it.');
  }
  refuseUnmappableHdr(first.stream, framingOf(framings, streams, first.stream));
  refuseCutShort(first, packets);
  return candidates;
}

/** Of the pictures that an index lists, how many must be there. */
const WHOLE_SHARE = 0.9;

/**
 * An index that lists pictures past the end of the file is proof of a copy that was broken off. An edit list
 * leaves pictures out, too, but then what is shown goes on until the end that the track announces.
 */
function refuseCutShort({ stream, timing }: ChosenTrack, packets: readonly Packet[]): void {
  const { index, nb_frames, duration } = stream;
  const there = packets.filter((packet) => packet.stream === index).length;
  const shown = Math.max(timing.end, timing.end - timing.start);
  const isWhole = duration !== undefined && shown >= duration * WHOLE_SHARE;
  if (nb_frames && there < nb_frames * WHOLE_SHARE && !isWhole) {
    const percent = Math.floor((100 * there) / nb_frames);
    throw new MediaError(
      'CORRUPT_MEDIA',
      `The file was cut short: only ${percent} % of its pictures are there. Upload it again.`,
    );
  }
}

function unknownCodec(stream: ProbedStream | undefined): MediaError {
  const name = stream?.codec_name || stream?.codec_tag_string || 'something unknown';
  return new MediaError(
    'UNSUPPORTED_FORMAT',
    `The video is coded as ${name}, which we do not take. Export it as H.264 or HEVC.`,
  );
}

/** The candidates for sound, best first: which of them can be decoded is for a decoder to say. */
export function listAudio({ streams }: Probe, packets: readonly Packet[]): ChosenTrack[] {
  const audios = streams.filter((stream) => stream.codec_type === 'audio');
  return withTiming(audios, packets).sort((a, b) => isKnown(b) - isKnown(a) || byDefault(a, b));
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
const PROTECTED_TAGS = new Set(['encv', 'enca', 'drmi', 'drms']);

const withTiming = (streams: readonly ProbedStream[], packets: readonly Packet[]): ChosenTrack[] =>
  streams.flatMap((stream) => {
    const timing = measureTrack(packets, stream.index);
    return timing ? [{ stream, timing }] : [];
  });

const isKnown = ({ stream }: ChosenTrack) => (isKnownSound(stream.codec_name) ? 1 : 0);
const byDefault = (a: ChosenTrack, b: ChosenTrack) =>
  (b.stream.disposition.default ?? 0) - (a.stream.disposition.default ?? 0);

function byPreference(tracks: readonly ChosenTrack[]): ChosenTrack[] {
  const most = Math.max(...tracks.map(({ timing }) => timing.count));
  const isFilm = ({ stream, timing }: ChosenTrack) =>
    timing.count > 1 && timing.count >= most * SPARSE_SHARE && !isStill(stream) ? 1 : 0;
  return [...tracks].sort((a, b) => isFilm(b) - isFilm(a) || byDefault(a, b));
}

/** A track with fewer pictures than this share of another's holds its thumbnails or chapters. */
const SPARSE_SHARE = 0.25;

const isStill = ({ disposition }: ProbedStream) =>
  Boolean(disposition.timed_thumbnails || disposition.still_image);

/** Dolby Vision without a base layer (profile 5 and its kin) cannot be mapped to BT.709. */
function refuseUnmappableHdr(stream: ProbedStream, framing: Framing | null): void {
  const { side_data_list, codec_tag_string } = stream;
  const probed = side_data_list.find((data) => data.dv_profile !== undefined);
  const dolby = probed
    ? { profile: probed.dv_profile, compatibility: probed.dv_bl_signal_compatibility_id ?? 1 }
    : (framing?.dolby ?? null);
  const hasNoBase = dolby
    ? dolby.profile === 5 || dolby.compatibility === 0
    : ['dvh1', 'dvhe'].includes(codec_tag_string);
  if (hasNoBase) {
    throw new MediaError(
      'HDR_UNSUPPORTED',
      'This Dolby Vision film has no standard picture in it. Export it as HDR10, HLG or SDR.',
    );
  }
}
