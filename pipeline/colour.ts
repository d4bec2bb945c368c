// What a source's numbers mean as colours: what its pictures say, then its container, then what players assume.

import type { Colour, ProbedFrame, ProbedStream } from './probe.js';

type Tags = Pick<
  ProbedStream,
  'color_range' | 'color_space' | 'color_primaries' | 'color_transfer'
>;

/** The bitstream is believed before the container, which editors rewrite without looking. */
export function readColour(
  stream: Tags & { readonly codec_name: string },
  frame: Tags & Pick<ProbedFrame, 'pix_fmt' | 'width' | 'height'>,
): Colour {
  const told = (key: keyof Tags) => known(frame[key]) || known(stream[key]);
  const transfer = told('color_transfer') || 'bt709';
  const isWide = HDR[transfer] !== undefined;
  const isFull = frame.pix_fmt.startsWith('yuvj') || told('color_range') === 'pc';
  // A matrix of RGB upon luma and chroma is a writer's mistake.
  const matrix = told('color_space') === 'gbr' ? '' : told('color_space');
  return {
    range: isFull ? 'pc' : 'tv',
    matrix: isRgb(frame.pix_fmt)
      ? 'gbr'
      : matrix || (isWide ? 'bt2020nc' : assumeMatrix(stream.codec_name, frame)),
    primaries: told('color_primaries') || (isWide ? 'bt2020' : 'bt709'),
    transfer,
  };
}

/** Whether the picture must be mapped into the range of a standard screen, and from what. */
export const readHdr = ({ transfer }: Pick<Colour, 'transfer'>): 'pq' | 'hlg' | null =>
  HDR[transfer] ?? null;

const HDR: Readonly<Record<string, 'pq' | 'hlg'>> = { smpte2084: 'pq', 'arib-std-b67': 'hlg' };

/** Untagged: JPEG has a matrix of its own; high definition is BT.709, also where bars were cut off. */
function assumeMatrix(codec: string, { width, height }: { width: number; height: number }): string {
  if (codec === 'mjpeg') return 'bt470bg';
  return height >= HD_LINES || Math.max(width, height) >= HD_LONG_SIDE ? 'bt709' : 'smpte170m';
}

const HD_LINES = 720;
const HD_LONG_SIDE = 1280;

const isRgb = (pixelFormat: string) => /^(gbr|rgb|bgr|argb|abgr)/.test(pixelFormat);

const known = (value: string): string =>
  ['unknown', 'reserved', 'unspecified'].includes(value) ? '' : value;
