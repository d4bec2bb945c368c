// The refresh token itself: opaque, known here only by its hash.

import { createHash, createHmac, randomBytes } from 'node:crypto';

export const createRefreshToken = (): string => randomBytes(32).toString('base64url');

/**
 * The token that follows another. It can be worked out again from both for a client that asked twice at once, and
 * not by somebody who has the table, nor from the earlier token alone: the id is random and never told.
 */
export const succeedRefreshToken = (token: string, successorId: string): string =>
  createHmac('sha256', token).update(successorId).digest('base64url');

export const hashRefreshToken = (token: string): Buffer =>
  createHash('sha256').update(token).digest();
