// Questions to ffprobe about one untrusted file, and its refusals put into our words.

import { access } from 'node:fs/promises';
import { resolve } from 'node:path';

import { MediaError } from '../pipeline/media-error.js';
import {
  type Probe,
  type ProbedFrame,
  type ProbedStream,
  readFrames,
  readProbe,
} from '../pipeline/probe.js';
import type { Container } from '../pipeline/sniff.js';
import { probeInput, sourceUrl } from '../pipeline/source-input.js';
import { type Packet, readPackets } from '../pipeline/timeline.js';
import { type FfmpegTools, runFfprobe } from './ffmpeg.js';
import { FfmpegFailed } from './ffmpeg-output.js';

export interface FileProbe {
  describe(): Promise<Probe>;
  /** Every packet of every track, read to the end of the file. */
  listPackets(): Promise<Packet[]>;
  /** What the first `packets` packets of a track decode to. */
  decodeFirst(stream: ProbedStream, packets: number): Promise<ProbedFrame[]>;
}

/** Each answer rejects with MediaError where the file is at fault. */
export function probeFile(
  tools: FfmpegTools,
  path: string,
  container: Container,
  signal?: AbortSignal,
): FileProbe {
  // Decoders of sound that ffprobe stopped at; it opens them for every later question too.
  const odd: string[] = [];
  const ask = async (args: readonly string[]): Promise<string> => {
    const known = [...odd];
    const all = ['-v', 'error', ...probeInput(container, known), ...args, sourceUrl(resolve(path))];
    try {
      return await runFfprobe(tools, all, { signal });
    } catch (error) {
      if (!(error instanceof FfmpegFailed)) throw error;
      // A file that somebody took away says nothing of what was in it.
      await access(path);
      const name = /Codec \((\w+)\) not on whitelist/.exec(error.stderr)?.[1];
      if (!name) throw corrupt(error);
      // Let in once as sound; where that does not help, it is a picture.
      if (known.includes(name) || known.length >= MOST_ODD) throw unsupported(name, error);
      // Another question may have met it meanwhile.
      if (!odd.includes(name)) odd.push(name);
      return ask(args);
    }
  };
  return {
    describe: async () => readProbe(await ask(['-show_streams', '-show_format', '-of', 'json'])),
    listPackets: async () => readPackets(await ask(PACKET_ARGS)),
    decodeFirst: async (stream, packets) =>
      readFrames(
        await ask([
          ...['-select_streams', `${stream.index}`, '-read_intervals', `%+#${packets}`],
          ...['-show_frames', '-of', 'json'],
        ]),
      ).filter((frame) => frame.pix_fmt !== '' || frame.nb_samples > 0),
  };
}

const MOST_ODD = 4;
const PACKET_ARGS = [
  ...['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,size,flags'],
  ...['-of', 'compact=p=0'],
];

const corrupt = (cause: Error) =>
  new MediaError('CORRUPT_MEDIA', 'The file is damaged or cut short and cannot be read.', {
    cause,
  });

const unsupported = (codec: string, cause: Error) =>
  new MediaError(
    'UNSUPPORTED_FORMAT',
    `The file holds video coded as ${codec}, which we do not take. Export it as H.264 or HEVC.`,
    { cause },
  );
