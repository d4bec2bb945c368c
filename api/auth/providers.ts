// ID tokens of Google and Apple, checked against the keys that they publish. Keys are fetched from configured addresses
// alone, kept for ten minutes, and fetched again for a key id that is not among them, twice a minute at most.

import { createHash } from 'node:crypto';

import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

import type { Config } from '../../pipeline/platform/config.js';
import { ApiError, unavailable } from '../errors.js';

export const PROVIDER_NAMES = ['google', 'apple'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

export interface ProvenIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
}

export interface Providers {
  /** @throws ApiError INVALID_ID_TOKEN, PROVIDER_OFF, or SERVICE_UNAVAILABLE where the keys cannot be had */
  verify(name: ProviderName, idToken: string, nonce: string): Promise<ProvenIdentity>;
}

const COOLDOWN_MS = 30_000;
const KEPT_MS = 10 * 60_000;
const CLOCK_SKEW_SECONDS = 5;
/** Google names itself in two ways. */
const SAME_ISSUER: Readonly<Record<string, string>> = {
  'accounts.google.com': 'https://accounts.google.com',
};

export function openProviders(config: Pick<Config, 'providers'>): Providers {
  const keys = new Map<string, JWTVerifyGetKey>();
  const keysOf = (url: string) => {
    const known = keys.get(url) ?? fetchKeys(url);
    keys.set(url, known);
    return known;
  };
  return {
    async verify(name, idToken, nonce) {
      const { clientIds, issuer, keysUrl } = config.providers[name];
      if (clientIds.length === 0) {
        throw new ApiError(409, 'PROVIDER_OFF', 'This way to sign in is not offered here.');
      }
      const claims = await check(idToken, keysOf(keysUrl), {
        issuer: [issuer, issuer.replace(/^https:\/\//, '')],
        audience: [...clientIds],
      });
      if (!isNonce(claims.nonce, nonce) || !claims.sub) throw invalidIdToken();
      const email = typeof claims.email === 'string' ? claims.email.toLowerCase() : null;
      return {
        issuer: SAME_ISSUER[claims.iss ?? ''] ?? issuer,
        subject: claims.sub,
        email,
        // Apple writes it as a text.
        emailVerified: claims.email_verified === true || claims.email_verified === 'true',
      };
    },
  };
}

const fetchKeys = (url: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(url), {
    ...{ timeoutDuration: 5_000, cooldownDuration: COOLDOWN_MS, cacheMaxAge: KEPT_MS },
  });

async function check(
  idToken: string,
  keys: JWTVerifyGetKey,
  expected: { issuer: string[]; audience: string[] },
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(idToken, keys, {
      ...expected,
      algorithms: ['RS256', 'ES256'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
    });
    return payload;
  } catch (err) {
    if (isRefusal(err)) throw invalidIdToken(err);
    throw unavailable(err);
  }
}

/** Of the token; anything else went wrong on the way to the keys. */
const isRefusal = (err: unknown): boolean =>
  err instanceof errors.JWTClaimValidationFailed ||
  err instanceof errors.JWTExpired ||
  err instanceof errors.JWTInvalid ||
  err instanceof errors.JWSInvalid ||
  err instanceof errors.JWSSignatureVerificationFailed ||
  err instanceof errors.JOSEAlgNotAllowed ||
  err instanceof errors.JOSENotSupported ||
  err instanceof errors.JWKSNoMatchingKey ||
  err instanceof errors.JWKSMultipleMatchingKeys;

/** Apple's own libraries have clients send the hash. */
const isNonce = (claim: unknown, nonce: string): boolean =>
  claim === nonce || claim === createHash('sha256').update(nonce).digest('hex');

export const invalidIdToken = (cause?: unknown) =>
  new ApiError(401, 'INVALID_ID_TOKEN', 'The ID token is not valid, or not any more.', { cause });
