// The keys that sign access tokens and playback cookies: from the settings, or made once beside the data.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Config } from './config.js';
import { newId } from './ids.js';

export interface Keys {
  readonly tokens: TokenKey & {
    readonly privateKey: KeyObject;
    /** No longer signed with, still accepted. */
    readonly previous: readonly TokenKey[];
  };
  /** 32 bytes, for what is kept in the database and must be read again, or is too short to be hashed alone. */
  readonly secrets: Buffer;
  readonly playback: {
    readonly keyPairId: string;
    readonly privateKey: KeyObject;
    readonly publicKey: KeyObject;
  };
}

export interface TokenKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly publicKey: KeyObject;
}

const MODULUS_BITS = 2048;

/**
 * Processes that start at the same time on one data folder get the same keys.
 * @throws Error naming the setting or file whose key is not usable
 */
export async function openKeys(
  config: Pick<Config, 'auth' | 'playback' | 'dataDir'>,
): Promise<Keys> {
  const folder = join(config.dataDir, 'keys');
  const tokens = config.auth.tokenPrivateKey
    ? toPrivateKey(config.auth.tokenPrivateKey, 'TOKEN_PRIVATE_KEY')
    : toPrivateKey(...(await openKeyFile(folder, 'tokens.pem', makeRsaKey)));
  const playback = config.playback.privateKey
    ? toPrivateKey(config.playback.privateKey, 'CLOUDFRONT_PRIVATE_KEY')
    : toPrivateKey(...(await openKeyFile(folder, 'playback.pem', makeRsaKey)));
  const [secrets] = config.auth.secretsKey
    ? [config.auth.secretsKey]
    : await openKeyFile(folder, 'secrets.key', async () => randomBytes(32).toString('base64url'));
  const previous = splitPems(config.auth.previousTokenPublicKeys ?? '');
  return {
    tokens: {
      ...toTokenKey(createPublicKey(tokens)),
      privateKey: tokens,
      previous: previous.map((pem) => toTokenKey(toPublicKey(pem, 'TOKEN_PREVIOUS_PUBLIC_KEY'))),
    },
    secrets: Buffer.from(hkdfSync('sha256', secrets, '', 'video-window secrets', 32)),
    playback: {
      keyPairId: config.playback.keyPairId,
      privateKey: playback,
      publicKey: createPublicKey(playback),
    },
  };
}

/** Text that is no PEM stays, to be refused by name. */
const splitPems = (text: string): string[] =>
  text.match(/-----BEGIN.*?-----END[^-]*-----/gs) ?? (text ? [text] : []);

/** Linking the finished file into place fails for all but the first; they read the first one's. */
async function openKeyFile(
  folder: string,
  name: string,
  make: () => Promise<string>,
): Promise<[text: string, path: string]> {
  const path = join(folder, name);
  const present = await readIfThere(path);
  if (present) return [present, path];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${name}-${newId()}`);
  const made = await make();
  try {
    await writeFile(draft, made, { mode: 0o600, flush: true });
    await link(draft, path).catch((err: NodeJS.ErrnoException) => {
      if (err.code !== 'EEXIST') throw err;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return [await readFile(path, 'utf8'), path];
}

async function makeRsaKey(): Promise<string> {
  const made = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
  return made.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw err;
  }
}

const toPrivateKey = (pem: string, origin: string) => toRsaKey(createPrivateKey, pem, origin);
const toPublicKey = (pem: string, origin: string) => toRsaKey(createPublicKey, pem, origin);

/** Environment files write a PEM on one line with `\n` between its lines. */
function toRsaKey(read: (pem: string) => KeyObject, pem: string, origin: string): KeyObject {
  let key: KeyObject;
  try {
    key = read(pem.replaceAll('\\n', '\n'));
  } catch (cause) {
    throw new Error(`${origin} holds no PEM key`, { cause });
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < MODULUS_BITS) {
    throw new Error(`${origin} must hold an RSA key of at least ${MODULUS_BITS} bits`);
  }
  return key;
}

function toTokenKey(publicKey: KeyObject): TokenKey {
  const { e, kty, n } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
  return { kid, publicKey };
}
