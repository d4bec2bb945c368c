// CloudFront's signed addresses with a custom policy: one signature opens every file below a prefix.

import { getSignedUrl } from '@aws-sdk/cloudfront-signer';

import type { Keys } from '../../pipeline/platform/keys.js';
import {
  type CookieFault,
  checkSignature,
  type SignedRequest,
  toPem,
  writePolicy,
} from './signed-cookies.js';

export interface OpenPrefix {
  readonly expiresAt: Date;
  /** The signed address of one key below the prefix. */
  at(key: string): string;
}

/**
 * Expiries are rounded up, so that an address stays the same for a while and browsers find it in their cache.
 * @param opened `prefix` ends in a slash; `seconds` is how long it is opened at least
 */
export function signPrefix(
  { keyPairId, privateKey }: Pick<Keys['playback'], 'keyPairId' | 'privateKey'>,
  { origin, prefix, seconds }: { origin: string; prefix: string; seconds: number },
  now: Date,
): OpenPrefix {
  const step = Math.max(1, Math.floor(seconds / 4)) * 1000;
  const expiresAt = new Date(Math.ceil((now.getTime() + seconds * 1000) / step) * step);
  const resource = `${origin}/${prefix}*`;
  const signed = getSignedUrl({
    url: `${origin}/${prefix}`,
    keyPairId,
    privateKey: toPem(privateKey),
    policy: writePolicy(resource, expiresAt),
  });
  const query = signed.slice(signed.indexOf('?'));
  return { expiresAt, at: (key) => `${origin}/${key}${query}` };
}

const PARAMETERS = ['Policy', 'Signature', 'Key-Pair-Id'] as const;

/** As CloudFront does, without its own parameters: the policy is about the address that was signed. */
export function checkSignedUrl(
  key: Pick<Keys['playback'], 'keyPairId' | 'publicKey'>,
  { url, address }: Pick<SignedRequest, 'url' | 'address'>,
  now: Date,
): CookieFault | null {
  const [path = '', query = ''] = splitOnce(url, '?');
  const parts = query.split('&').filter(Boolean);
  const nameOf = (part: string) => splitOnce(part, '=')[0];
  const [policy, signature, keyPairId] = PARAMETERS.map((name) => {
    const found = parts.filter((part) => nameOf(part) === name);
    return found.length === 1 ? splitOnce(found[0] ?? '', '=')[1] : undefined;
  });
  const others = parts.filter((part) => !PARAMETERS.some((name) => name === nameOf(part)));
  const bare = others.length > 0 ? `${path}?${others.join('&')}` : path;
  return checkSignature(key, { policy, signature, keyPairId, url: bare, address }, now);
}

function splitOnce(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
