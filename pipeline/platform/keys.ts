// The keys that sign access tokens and playback cookies: from the settings, or made once beside the data.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
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
    : await openKeyFile(folder, 'tokens.pem');
  const playback = config.playback.privateKey
    ? toPrivateKey(config.playback.privateKey, 'CLOUDFRONT_PRIVATE_KEY')
    : await openKeyFile(folder, 'playback.pem');
  const previous = config.auth.previousTokenPublicKey;
  return {
    tokens: {
      ...toTokenKey(createPublicKey(tokens)),
      privateKey: tokens,
      previous: previous ? [toTokenKey(toPublicKey(previous, 'TOKEN_PREVIOUS_PUBLIC_KEY'))] : [],
    },
    playback: {
      keyPairId: config.playback.keyPairId,
      privateKey: playback,
      publicKey: createPublicKey(playback),
    },
  };
}

/** Linking the finished file into place fails for all but the first; they read the first one's. */
async function openKeyFile(folder: string, name: string): Promise<KeyObject> {
  const path = join(folder, name);
  const present = await readIfThere(path);
  if (present) return toPrivateKey(present, path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${name}-${newId()}`);
  const made = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS });
  try {
    await writeFile(draft, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
      flush: true,
    });
    await link(draft, path).catch((err: NodeJS.ErrnoException) => {
      if (err.code !== 'EEXIST') throw err;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return toPrivateKey(await readFile(path, 'utf8'), path);
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
