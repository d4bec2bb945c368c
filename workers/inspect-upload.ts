// Sniff, probe, decode a little, admit: judged by content, never by name or claimed type.

import { open } from 'node:fs/promises';

import { admit, admitSides, admitSize } from '../pipeline/admission.js';
import { chooseSound, listSounds, type SoundChoice } from '../pipeline/choose-sound.js';
import { breaksClock, ClockBroken } from '../pipeline/clock-breaks.js';
import { type Framing, framingOf } from '../pipeline/framing.js';
import { MATROSKA_HEAD_BYTES, readMatroskaFraming } from '../pipeline/framing-matroska.js';
import { readMovFraming } from '../pipeline/framing-mov.js';
import { MediaError } from '../pipeline/media-error.js';
import type { MediaLimits } from '../pipeline/platform/config.js';
import type { ProbedFrame, Source } from '../pipeline/probe.js';
import { isProtected } from '../pipeline/protection.js';
import { measureSeekLead } from '../pipeline/seek-lead.js';
import { type Container, SNIFF_BYTES, sniffContainer } from '../pipeline/sniff.js';
import { toSource } from '../pipeline/source.js';
import {
  type ChosenTrack,
  drmError,
  listAudio,
  listVideo,
  refuseProtected,
} from '../pipeline/tracks.js';
import type { FfmpegTools } from './ffmpeg.js';
import { readMoov } from './mp4-header.js';
import { type FileProbe, probeFile } from './probe-file.js';

/** @throws MediaError where the file is refused; any other error is a fault of ours */
export async function inspectUpload(
  tools: FfmpegTools,
  path: string,
  limits: MediaLimits,
  signal?: AbortSignal,
  choice?: SoundChoice,
): Promise<Source> {
  // Questions run side by side: once there is a verdict, none of them goes on.
  const decided = new AbortController();
  const asked = AbortSignal.any([decided.signal, ...(signal ? [signal] : [])]);
  try {
    return await inspect(tools, path, limits, asked, choice);
  } finally {
    decided.abort();
  }
}

async function inspect(
  tools: FfmpegTools,
  path: string,
  limits: MediaLimits,
  signal: AbortSignal,
  choice: SoundChoice | undefined,
): Promise<Source> {
  const { container, framings } = await sniff(path, limits);
  const file = probeFile(tools, path, container, signal);
  // Asked side by side; what the description says of the file is said first.
  const listing = file.listPackets();
  listing.catch(() => {});
  const probe = await file.describe();
  refuseProtected(probe.streams);
  const packets = await listing;
  if (breaksClock(container, packets)) throw new ClockBroken();
  const videos = listVideo(probe, packets, framings);
  for (const { stream } of videos.slice(0, 1)) admitSides([stream.width, stream.height], limits);
  const candidates = chooseSound(listAudio(probe, packets), probe.streams, choice);
  const [{ video, pictures }, audio] = await Promise.all([
    firstVisible(file, videos),
    firstAudible(file, candidates),
  ]);
  const source = toSource({
    ...{ container, video, pictures, audio, claimed: probe.format.duration },
    seekLead: measureSeekLead(packets, video.stream.index, video.stream.codec_name),
    sounds: listSounds(probe.streams),
    framing: framingOf(framings, probe.streams, video.stream),
    degraded: !audio && candidates.length > 0 ? ['AUDIO_UNREADABLE'] : [],
  });
  admit(source, limits);
  return source;
}

interface Sniffed {
  readonly container: Container;
  /** Of its video tracks, in their order; fewer where they are not told. */
  readonly framings: readonly Framing[];
}

async function sniff(path: string, limits: MediaLimits): Promise<Sniffed> {
  const file = await open(path);
  try {
    admitSize((await file.stat()).size, limits);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const container = sniffContainer(buffer.subarray(0, bytesRead));
    const moov = container === 'mov' ? await readMoov(file) : null;
    if (moov && isProtected(moov.bytes)) throw drmError();
    if (moov) return { container, framings: readMovFraming(moov.bytes) };
    if (container !== 'matroska') return { container, framings: [] };
    const head = await file.read(Buffer.alloc(MATROSKA_HEAD_BYTES), 0, MATROSKA_HEAD_BYTES, 0);
    return { container, framings: readMatroskaFraming(head.buffer.subarray(0, head.bytesRead)) };
  } finally {
    await file.close();
  }
}

/** A damaged start is passed over: the second try reads much further. */
const PACKETS_TO_DECODE = [16, 1500];

async function decodeSome(file: FileProbe, { stream }: ChosenTrack): Promise<ProbedFrame[]> {
  for (const count of PACKETS_TO_DECODE) {
    const frames = await file.decodeFirst(stream, count);
    if (frames.length > 0) return frames;
  }
  return [];
}

async function firstVisible(file: FileProbe, videos: readonly ChosenTrack[]) {
  for (const video of videos) {
    const pictures = await decodeSome(file, video);
    if (pictures.length > 0) return { video, pictures };
  }
  throw new MediaError('CORRUPT_MEDIA', 'Not one picture of the video can be decoded.');
}

async function firstAudible(file: FileProbe, candidates: readonly ChosenTrack[]) {
  for (const candidate of candidates) {
    const [first] = await decodeSome(file, candidate).catch(emptyIfRefused);
    if (first) {
      return { ...candidate, start: first.best_effort_timestamp_time ?? candidate.timing.start };
    }
  }
  return null;
}

function emptyIfRefused(error: unknown): [] {
  if (error instanceof MediaError) return [];
  throw error;
}
