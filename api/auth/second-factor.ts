// The second factor: TOTP (RFC 6238) of an authenticator, or one of ten recovery codes. Each code counts once.

import { createHmac, randomBytes } from 'node:crypto';

import type { Knex } from 'knex';
import { Secret, TOTP } from 'otpauth';

import type { Context } from '../context.js';
import { seal, unseal } from './seal.js';
import {
  confirmFactor,
  findSecondFactor,
  putPendingFactor,
  replaceRecoveryCodes,
  takeRecoveryCode,
  takeStep,
} from './second-factor-queries.js';

const ISSUER = 'Video Window';
const SECRET_BYTES = 20;
const CODES = 10;
const STEP_SECONDS = 30;
/** Steps before and after now: clocks differ, and people type. */
const WINDOW = 1;

type Parts = Pick<Context, 'db' | 'keys' | 'clock'>;

export async function hasSecondFactor(
  { db }: Pick<Context, 'db'>,
  userId: string,
): Promise<boolean> {
  return (await findSecondFactor(db, userId))?.confirmed ?? false;
}

/** A new secret, not on before a code of it was shown; null where one is on. */
export async function offerFactor(
  { db, keys }: Parts,
  user: { readonly userId: string; readonly email: string },
): Promise<{ secret: string; uri: string } | null> {
  const bytes = randomBytes(SECRET_BYTES);
  const offered = await putPendingFactor(db, user.userId, seal(keys.secrets, user.userId, bytes));
  if (!offered) return null;
  const totp = toTotp(bytes, user.email);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** Turns the offered factor on; its recovery codes are shown this once. Null where the code is wrong. */
export async function turnOn(
  context: Parts,
  trx: Knex.Transaction,
  userId: string,
  code: string,
): Promise<string[] | null> {
  const factor = await findSecondFactor(trx, userId);
  if (!factor || factor.confirmed) return null;
  if (!(await isTotp({ ...context, db: trx }, userId, factor.sealedSecret, code))) return null;
  const codes = makeRecoveryCodes();
  const hashes = codes.map((text) => hashRecoveryCode(context.keys.secrets, userId, text));
  return (await confirmFactor(trx, userId, hashes)) ? codes : null;
}

export async function renewRecoveryCodes(
  { keys }: Pick<Context, 'keys'>,
  trx: Knex.Transaction,
  userId: string,
): Promise<string[]> {
  const codes = makeRecoveryCodes();
  const hashes = codes.map((text) => hashRecoveryCode(keys.secrets, userId, text));
  await replaceRecoveryCodes(trx, userId, hashes);
  return codes;
}

/** Uses the code up. */
export async function isSecondFactor(
  context: Parts,
  userId: string,
  code: string,
): Promise<boolean> {
  const factor = await findSecondFactor(context.db, userId);
  if (!factor?.confirmed) return false;
  if (/^\d{6}$/.test(code)) return isTotp(context, userId, factor.sealedSecret, code);
  const hash = hashRecoveryCode(context.keys.secrets, userId, code);
  return takeRecoveryCode(context.db, userId, hash);
}

async function isTotp(
  { db, keys, clock }: Parts,
  userId: string,
  sealedSecret: Buffer,
  code: string,
): Promise<boolean> {
  const timestamp = clock.now().getTime();
  const totp = toTotp(unseal(keys.secrets, userId, sealedSecret), '');
  const delta = totp.validate({ token: code, timestamp, window: WINDOW });
  if (delta === null) return false;
  return takeStep(db, userId, Math.floor(timestamp / 1000 / STEP_SECONDS) + delta);
}

function toTotp(secret: Buffer, label: string): TOTP {
  const bytes = secret.buffer.slice(secret.byteOffset, secret.byteOffset + secret.byteLength);
  return new TOTP({
    ...{ issuer: ISSUER, label, digits: 6, period: STEP_SECONDS },
    secret: new Secret({ buffer: bytes as ArrayBuffer }),
  });
}

/** Fifty bits each, without letters that look like figures. */
const makeRecoveryCodes = (): string[] =>
  Array.from({ length: CODES }, () => {
    const text = [...randomBytes(10)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    return `${text.slice(0, 5)}-${text.slice(5)}`;
  });

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz023456789';

const hashRecoveryCode = (secret: Buffer, userId: string, code: string): Buffer => {
  const text = code.toLowerCase().replace(/[^a-z0-9]/g, '');
  return createHmac('sha256', secret).update(`recovery\n${userId}\n${text}`).digest();
};
