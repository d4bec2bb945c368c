// RS256 tokens of ours. Synchronous on purpose: WebCrypto's verify shares four threads with argon2.

import { type KeyObject, randomUUID, sign, verify } from 'node:crypto';

import { z } from 'zod';

import type { Context } from '../context.js';
import { invalidToken } from '../errors.js';

/** `access` goes in a header, `ops` in the cookie of the operators' pages; neither passes for the other. */
export type TokenUse = 'access' | 'ops';

export interface TokenClaims {
  readonly userId: string;
  readonly sessionId: string;
}

const TYPES: Record<TokenUse, string> = { access: 'at+jwt', ops: 'ops+jwt' };
const AUDIENCES: Record<TokenUse, string> = { access: 'video-window-api', ops: 'video-window-ops' };

const Header = z.strictObject({ alg: z.literal('RS256'), typ: z.string(), kid: z.string() });
const Claims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.uuid(),
  sid: z.uuid(),
  exp: z.int(),
  nbf: z.int(),
  iat: z.int(),
});

type Signing = Pick<Context, 'config' | 'keys' | 'clock'>;

export function signToken(context: Signing, use: TokenUse, claims: TokenClaims, seconds: number) {
  const now = Math.floor(context.clock.now().getTime() / 1000);
  const { kid, privateKey } = context.keys.tokens;
  const signed = `${encode({ alg: 'RS256', typ: TYPES[use], kid })}.${encode({
    iss: context.config.auth.issuer,
    aud: AUDIENCES[use],
    sub: claims.userId,
    sid: claims.sessionId,
    iat: now,
    nbf: now,
    exp: now + seconds,
    jti: randomUUID(),
  })}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

/**
 * Takes the key from our own by `kid` alone; nothing in the header is fetched or believed.
 * @throws ApiError INVALID_TOKEN
 */
export function verifyToken(context: Signing, use: TokenUse, token: string): TokenClaims {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  const { typ, kid } = parse(Header, header);
  const key = keyOf(context, kid);
  const genuine =
    rest.length === 0 &&
    typ === TYPES[use] &&
    key !== undefined &&
    verify(
      'RSA-SHA256',
      Buffer.from(`${header}.${payload}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
  if (!genuine) throw invalidToken();
  const claims = parse(Claims, payload);
  const now = context.clock.now().getTime() / 1000;
  const current =
    claims.iss === context.config.auth.issuer &&
    claims.aud === AUDIENCES[use] &&
    claims.exp > now &&
    claims.nbf <= now + CLOCK_SKEW_SECONDS;
  if (!current) throw invalidToken();
  return { userId: claims.sub, sessionId: claims.sid };
}

/** Two machines' clocks may differ by this much. */
const CLOCK_SKEW_SECONDS = 5;

const keyOf = ({ keys }: Signing, kid: string): KeyObject | undefined =>
  [keys.tokens, ...keys.tokens.previous].find((key) => key.kid === kid)?.publicKey;

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function parse<S extends z.ZodType>(schema: S, part: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch (cause) {
    throw invalidToken(cause);
  }
}
