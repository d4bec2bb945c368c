// Pictures with transparency: where it hides, and how it is laid upon black.

import type { ProbedFrame, ProbedStream, VideoTrack } from './probe.js';

/**
 * WebM keeps the transparency of VP8 and VP9 beside their pictures, where ffmpeg's own decoders do
 * not look: what is meant to be invisible would show.
 */
export function findAlpha(
  { codec_name, tags }: Pick<ProbedStream, 'codec_name' | 'tags'>,
  { pix_fmt }: Pick<ProbedFrame, 'pix_fmt'>,
): { readonly decoder: string; readonly pixelFormat: string } | null {
  const decoder = LIBVPX[codec_name];
  const isMarked = (tags.alpha_mode ?? tags.ALPHA_MODE) === '1';
  return decoder && isMarked && pix_fmt === 'yuv420p' ? { decoder, pixelFormat: 'yuva420p' } : null;
}

const LIBVPX: Readonly<Record<string, string>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' };

/** Empty where the picture hides nothing. Black, as players lay it. */
export const alphaFilters = ({ pixelFormat }: Pick<VideoTrack, 'pixelFormat'>): string[] =>
  ALPHA.test(pixelFormat) ? ['premultiply=inplace=1'] : [];

const ALPHA = /^(yuva|ya8|ya16|gbrap|rgba|bgra|argb|abgr)/;
