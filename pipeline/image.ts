// A picture of a maker's: its row, and where its objects lie.

import { randomBytes } from 'node:crypto';

import type { ImagePurpose, ImageSize } from './images.js';
import type { MediaFault } from './media-fault.js';
import { type ObjectKey, objectKey } from './storage/object-key.js';

export const IMAGE_STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;
export type ImageStatus = (typeof IMAGE_STATUSES)[number];

export const IMAGE_FORMATS = { avif: 'avif', webp: 'webp', jpeg: 'jpg' } as const;
export type KeptFormat = keyof typeof IMAGE_FORMATS;

/** One size, with the key of each format. */
export type StoredSize = ImageSize & Readonly<Record<KeptFormat, string>>;

/** Where a picture belongs; there is one at a time. */
export interface ImageSlot {
  readonly ownerId: string;
  readonly purpose: ImagePurpose;
  /** Null for an avatar. */
  readonly storyId: string | null;
  /** The type of a section; null for the rest. */
  readonly section: string | null;
}

export interface Image extends ImageSlot {
  readonly imageId: string;
  readonly status: ImageStatus;
  readonly attempt: number;
  readonly sourceKey: string;
  /** Bytes that were sent. */
  readonly fileSize: number;
  /** Ascending by width; empty until it is completed. */
  readonly sizes: readonly StoredSize[];
  /** ThumbHash, base64. */
  readonly placeholder: string | null;
  readonly error: MediaFault | null;
  readonly createdAt: Date;
}

/** A picture as it arrives: nothing under this prefix is ever served. */
export const imageSourceKey = (imageId: string): ObjectKey => objectKey(`quarantine/${imageId}`);

/**
 * One run's outputs. Avatars are public; the pictures of a story open by a signed address, as long as the story is
 * not published. The end is chance, so that a name is never used twice and may be cached for ever.
 */
export function newImagePrefix(imageId: string, purpose: ImagePurpose, token: number): string {
  const revision = `i${token}-${randomBytes(6).toString('hex')}`;
  return `${purpose === 'avatar' ? 'public/avatars' : 'images'}/${imageId}/${revision}/`;
}

export const imageKey = (prefix: string, { width }: ImageSize, format: KeptFormat): ObjectKey =>
  objectKey(`${prefix}${width}.${IMAGE_FORMATS[format]}`);
