// CloudFront's signed cookies with a custom policy: made as its signer makes them, checked by the rules CloudFront checks.

import { type KeyObject, verify } from 'node:crypto';
import { BlockList, isIPv4 } from 'node:net';

import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { z } from 'zod';

import type { Keys } from '../../pipeline/platform/keys.js';

export const COOKIE_NAMES = [
  'CloudFront-Policy',
  'CloudFront-Signature',
  'CloudFront-Key-Pair-Id',
] as const;
export type SignedCookies = Readonly<Record<(typeof COOKIE_NAMES)[number], string>>;

/** @param resource the URL that is opened; `*` stands for any characters, `?` for one */
export function signCookies(
  { keyPairId, privateKey }: Pick<Keys['playback'], 'keyPairId' | 'privateKey'>,
  { resource, expiresAt }: { readonly resource: string; readonly expiresAt: Date },
): SignedCookies {
  const policy = writePolicy(resource, expiresAt);
  const made = getSignedCookies({ keyPairId, privateKey: toPem(privateKey), policy });
  return {
    'CloudFront-Policy': made['CloudFront-Policy'] ?? '',
    'CloudFront-Signature': made['CloudFront-Signature'],
    'CloudFront-Key-Pair-Id': made['CloudFront-Key-Pair-Id'],
  };
}

/** One resource until one time: all that we ever sign. */
export function writePolicy(resource: string, expiresAt: Date): string {
  const epoch = Math.floor(expiresAt.getTime() / 1000);
  return JSON.stringify({
    Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': epoch } } }],
  });
}

export type CookieFault = 'SIGNATURE_MISSING' | 'SIGNATURE_INVALID' | 'SIGNATURE_EXPIRED';

export interface EdgeRequest {
  /** Whole, with origin and query, as the viewer asked for it. */
  readonly url: string;
  readonly address: string | undefined;
  readonly cookies: ReadonlyMap<string, string>;
}

/** What is wrong with the cookies of a request, or null where they open it. */
export function checkCookies(
  key: Pick<Keys['playback'], 'keyPairId' | 'publicKey'>,
  { url, address, cookies }: EdgeRequest,
  now: Date,
): CookieFault | null {
  const [policy, signature, keyPairId] = COOKIE_NAMES.map((name) => cookies.get(name));
  return checkSignature(key, { policy, signature, keyPairId, url, address }, now);
}

export interface SignedRequest extends Omit<EdgeRequest, 'cookies'> {
  readonly policy: string | undefined;
  readonly signature: string | undefined;
  readonly keyPairId: string | undefined;
}

/** The rules are the same whether cookies or an address brought the signature. */
export function checkSignature(
  key: Pick<Keys['playback'], 'keyPairId' | 'publicKey'>,
  { policy, signature, keyPairId, url, address }: SignedRequest,
  now: Date,
): CookieFault | null {
  if (!policy || !signature || !keyPairId) return 'SIGNATURE_MISSING';
  if (keyPairId !== key.keyPairId) return 'SIGNATURE_INVALID';
  const signed = decode(policy);
  const genuine = verify('RSA-SHA1', signed, key.publicKey, decode(signature));
  const statement = genuine && readPolicy(signed);
  if (!statement || !matches(statement.Resource, url)) return 'SIGNATURE_INVALID';
  const { DateLessThan, DateGreaterThan, IpAddress } = statement.Condition;
  const seconds = now.getTime() / 1000;
  if (DateGreaterThan && seconds <= DateGreaterThan['AWS:EpochTime']) return 'SIGNATURE_INVALID';
  if (IpAddress && !isWithin(IpAddress['AWS:SourceIp'], address)) return 'SIGNATURE_INVALID';
  return seconds < DateLessThan['AWS:EpochTime'] ? null : 'SIGNATURE_EXPIRED';
}

const epochTime = z.strictObject({ 'AWS:EpochTime': z.int() });

/** One statement, as CloudFront allows; an unknown condition is refused and never passed over. */
const Policy = z.strictObject({
  Statement: z.tuple([
    z.strictObject({
      Resource: z.string(),
      Condition: z.strictObject({
        DateLessThan: epochTime,
        DateGreaterThan: epochTime.optional(),
        IpAddress: z.strictObject({ 'AWS:SourceIp': z.string() }).optional(),
      }),
    }),
  ]),
});

function readPolicy(signed: Buffer) {
  try {
    return Policy.safeParse(JSON.parse(signed.toString('utf8'))).data?.Statement[0];
  } catch {
    return undefined;
  }
}

/** Walks both texts once with one point to come back to, so no pattern can make it slow. */
function matches(pattern: string, url: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let of = 0;
  while (at < url.length) {
    if (pattern[of] === '*') {
      star = of++;
      resume = at;
    } else if (pattern[of] === '?' || pattern[of] === url[at]) {
      of += 1;
      at += 1;
    } else if (star >= 0) {
      of = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[of] === '*') of += 1;
  return of === pattern.length;
}

function isWithin(range: string, address: string | undefined): boolean {
  const [network = '', bits = '32'] = range.split('/');
  const viewer = address?.replace(/^::ffff:/, '') ?? '';
  if (!isIPv4(network) || !isIPv4(viewer) || !/^([12]?\d|3[0-2])$/.test(bits)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits));
  return list.check(viewer);
}

/** CloudFront writes base64 with `-`, `_` and `~` for what may not stand in a cookie. */
const decode = (text: string) =>
  Buffer.from(
    text.replace(/[-_~]/g, (sign) => ({ '-': '+', _: '=', '~': '/' })[sign] ?? ''),
    'base64',
  );

export const toPem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
