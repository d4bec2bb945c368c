// Counts a request against its route's limit and says in standard headers what is left.

import { createHash } from 'node:crypto';

import type { Request, Response } from 'express';

import type { Context } from '../context.js';
import { rateLimited } from '../errors.js';
import type { Caller } from './authenticate.js';
import { addressOf } from './client.js';
import { LIMITS, type LimitName } from './limits.js';
import type { LimitState } from './open-limits.js';

/** A route without a limit of its own counts as a change where it makes one. @throws ApiError RATE_LIMITED */
export async function limitRequest(
  { limits }: Pick<Context, 'limits'>,
  route: { readonly method: string; readonly limit?: LimitName | undefined },
  from: { request: Request; response: Response; user: Caller | null },
): Promise<void> {
  const name = route.limit ?? (route.method === 'get' ? null : 'write');
  if (!name) return;
  const key = from.user?.userId ?? toLimitKey(addressOf(from.request));
  const state = await limits.spend(name, key);
  from.response.set(limitHeaders(name, state));
  refuseExceeded(name, state);
}

/** @throws ApiError RATE_LIMITED */
export function refuseExceeded(name: LimitName, state: LimitState): void {
  if (state.exceeded) throw rateLimited(state.resetSeconds, limitHeaders(name, state));
}

/** Addresses and e-mail addresses are personal: the store keeps only their hash. */
export const toLimitKey = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 32);

/** As in draft-ietf-httpapi-ratelimit-headers. */
const limitHeaders = (name: LimitName, state: LimitState) => ({
  'RateLimit-Policy': `"${name}";q=${state.limit};w=${LIMITS[name].seconds}`,
  RateLimit: `"${name}";r=${state.remaining};t=${state.resetSeconds}`,
});
