// Sniff, probe, decode a little, admit: judged by content, never by name or claimed type.

import { open } from 'node:fs/promises';
import { resolve } from 'node:path';

import { admit, admitSize } from '../pipeline/admission.js';
import { MediaError } from '../pipeline/media-error.js';
import type { MediaLimits } from '../pipeline/platform/config.js';
import {
  type Probe,
  type ProbedFrame,
  readFrames,
  readProbe,
  type Source,
} from '../pipeline/probe.js';
import { type Container, SNIFF_BYTES, sniffContainer } from '../pipeline/sniff.js';
import { toSource } from '../pipeline/source.js';
import { sourceInput, sourceUrl } from '../pipeline/source-input.js';
import { type Packet, readPackets } from '../pipeline/timeline.js';
import { type ChosenTrack, chooseVideo, listAudio, refuseProtected } from '../pipeline/tracks.js';
import { type FfmpegTools, runFfprobe } from './ffmpeg.js';
import { FfmpegFailed } from './ffmpeg-output.js';

/** @throws MediaError where the file is refused; any other error is a fault of ours */
export async function inspectUpload(
  tools: FfmpegTools,
  path: string,
  limits: MediaLimits,
  signal?: AbortSignal,
): Promise<Source> {
  const container = await sniff(path, limits);
  const ask = (args: readonly string[]) =>
    runFfprobe(
      tools,
      ['-v', 'error', ...sourceInput(container), ...args, sourceUrl(resolve(path))],
      {
        signal,
      },
    ).catch(toMediaError);
  const probe = readProbe(await ask(['-show_streams', '-show_format', '-of', 'json']));
  refuseProtected(probe.streams);
  const packets = readPackets(await ask(PACKET_ARGS));
  const source = await measure(container, probe, packets, ask);
  admit(source, limits);
  return source;
}

async function sniff(path: string, limits: MediaLimits): Promise<Container> {
  const file = await open(path);
  try {
    admitSize((await file.stat()).size, limits);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return sniffContainer(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

type Ask = (args: readonly string[]) => Promise<string>;

const PACKET_ARGS = [
  '-show_entries',
  'packet=stream_index,pts_time,dts_time,duration_time,size,flags',
  ...['-of', 'compact=p=0'],
];

async function measure(
  container: Container,
  probe: Probe,
  packets: readonly Packet[],
  ask: Ask,
): Promise<Source> {
  const video = chooseVideo(probe, packets);
  const pictures = await decodeSome(ask, video);
  if (pictures.length === 0) {
    throw new MediaError('CORRUPT_MEDIA', 'Not one picture of the video can be decoded.');
  }
  const candidates = listAudio(probe, packets);
  const audio = await firstReadable(ask, candidates);
  const isSoundLost = !audio && candidates.length > 0;
  return toSource({
    container,
    video,
    pictures,
    audio,
    claimed: probe.format.duration,
    degraded: isSoundLost ? ['AUDIO_UNREADABLE'] : [],
  });
}

/** A damaged start is passed over: the second try reads much further. */
const PACKETS_TO_DECODE = [40, 1500];

async function decodeSome(ask: Ask, { stream }: ChosenTrack): Promise<ProbedFrame[]> {
  for (const count of PACKETS_TO_DECODE) {
    const frames = readFrames(
      await ask([
        ...['-select_streams', `${stream.index}`, '-read_intervals', `%+#${count}`],
        ...['-show_frames', '-of', 'json'],
      ]),
    );
    const decoded = frames.filter((frame) => frame.pix_fmt !== '' || frame.nb_samples > 0);
    if (decoded.length > 0) return decoded;
  }
  return [];
}

async function firstReadable(ask: Ask, candidates: readonly ChosenTrack[]) {
  for (const candidate of candidates) {
    const [first] = await decodeSome(ask, candidate).catch(() => []);
    if (first) {
      return { ...candidate, start: first.best_effort_timestamp_time ?? candidate.timing.start };
    }
  }
  return null;
}

function toMediaError(error: unknown): never {
  if (!(error instanceof FfmpegFailed)) throw error;
  throw new MediaError('CORRUPT_MEDIA', 'The file is damaged or cut short and cannot be read.', {
    cause: error,
  });
}
