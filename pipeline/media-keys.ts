// Where every object of a clip lies. Ids are uuids, so no key is ever made of a maker's words.

import { randomBytes } from 'node:crypto';

import { type ObjectKey, objectKey } from './storage/object-key.js';

/** An upload as it arrives: nothing under this prefix is ever served. */
export const uploadKey = (uploadId: string): ObjectKey => objectKey(`quarantine/${uploadId}`);

/** The admitted source, kept private. */
export const originalKey = (mediaId: string): ObjectKey => objectKey(`originals/${mediaId}/source`);

/** Everything of a clip that its playback cookies open. */
export const clipPrefix = (mediaId: string): string => `media/${mediaId}/`;

/** One run's outputs; `revision` is made by `newRevision` and never used twice. */
export const revisionPrefix = (mediaId: string, revision: string): string =>
  `${clipPrefix(mediaId)}${revision}/`;

export const revisionKey = (mediaId: string, revision: string, file: string): ObjectKey =>
  objectKey(`${revisionPrefix(mediaId, revision)}${file}`);

/** A name that no other run of the clip has, or will have: `r3-…` of an encode, `e3-…` of its early part, `s3-…` of stills, `c3-…` of captions. */
export const newRevision = (kind: keyof typeof STARTS, token: number): string =>
  `${STARTS[kind]}${token}-${randomBytes(6).toString('hex')}`;

/** The same of one part of an encode, which no row ever names: `p0x3-…`. */
export const newPartRevision = (part: number, token: number): string =>
  `p${part}x${token}-${randomBytes(6).toString('hex')}`;

const STARTS = { encode: 'r', early: 'e', stills: 's', captions: 'c' } as const;
