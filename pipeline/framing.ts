// What a container says of how its pictures are to be framed, where ffmpeg's older versions do not look.

import type { Orientation } from './orientation.js';

/** Of one video track. */
export interface Framing {
  /** The part of the coded picture that is meant to be seen, in pixels. */
  readonly crop: Crop | null;
  /** How it lies, where only this container's own words tell. */
  readonly orientation: Orientation | null;
  /** Whether the shown shape is written down for the part alone that is seen. */
  readonly shapesCrop: boolean;
  /** Dolby Vision's profile, and what its base layer is compatible with: 0 is nothing. */
  readonly dolby: { readonly profile: number; readonly compatibility: number } | null;
}

export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Containers and ffprobe count video tracks alike, though not the tracks between them. */
export const framingOf = (
  framings: readonly Framing[],
  streams: readonly { readonly index: number; readonly codec_type: string }[],
  { index }: { readonly index: number },
): Framing | null =>
  framings[
    streams.filter(({ codec_type }) => codec_type === 'video').findIndex((s) => s.index === index)
  ] ?? null;

/** The record of `dvcC`, `dvvC` and `dvwC`; null where it is cut off. */
export function readDolby(record: Buffer): Framing['dolby'] {
  if (record.length < 5) return null;
  return { profile: record.readUInt8(2) >> 1, compatibility: record.readUInt8(4) >> 4 };
}

/** Null unless it leaves something out, lies inside the picture, and leaves most of each side. */
export function saneCrop(crop: Crop | null, width: number, height: number): Crop | null {
  if (!crop || !Object.values(crop).every(Number.isSafeInteger)) return null;
  const isWhole = crop.width === width && crop.height === height;
  const isInside =
    Math.min(crop.left, crop.top) >= 0 &&
    crop.left + crop.width <= width &&
    crop.top + crop.height <= height;
  const isMost = crop.width * 2 >= width && crop.height * 2 >= height;
  return isInside && isMost && !isWhole ? crop : null;
}

/**
 * Sides as parts of what comes in, which may be one field. Some versions of ffmpeg have cut already
 * when they decode; their pictures have the size of the crop, and `saneCrop` found nothing to do.
 */
export function cropFilters({ crop, codedWidth, codedHeight }: Cropped): string[] {
  if (!crop) return [];
  const across = [crop.width, crop.left].map((side) => `iw*${side}/${codedWidth}`);
  const down = [crop.height, crop.top].map((side) => `ih*${side}/${codedHeight}`);
  return [`crop=w=${across[0]}:h=${down[0]}:x=${across[1]}:y=${down[1]}`];
}

interface Cropped {
  readonly crop: Crop | null;
  readonly codedWidth: number;
  readonly codedHeight: number;
}

/** What is seen, as it lies in the file. */
export const seenSize = ({ crop, codedWidth, codedHeight }: Cropped) => ({
  width: crop?.width ?? codedWidth,
  height: crop?.height ?? codedHeight,
});
