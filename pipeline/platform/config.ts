// Reads the environment once and turns it into a checked, nested Config. The only reader of process.env.

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

import type { z } from 'zod';

import { environmentSchema } from './environment.js';

type Environment = z.output<typeof environmentSchema>;

/** Every setting that is wrong, in one error, so that an operator mends them in one go. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  }
}

/**
 * Parses settings; `.env.example` lists them all. An empty string counts as unset.
 * @throws ConfigError naming every bad setting and what is wrong with it
 */
export function loadConfig(source: NodeJS.ProcessEnv = systemEnvironment()): Config {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  return toConfig(parsed.data);
}

/** What the process was given, and for what it was not, the lines of the file `.env`; tests do without the file. */
export function systemEnvironment(file = '.env'): NodeJS.ProcessEnv {
  if (process.env.NODE_ENV === 'test') return { ...process.env };
  return { ...readIfThere(file), ...process.env };
}

export type Config = ReturnType<typeof toConfig>;
export type StorageConfig = Config['storage'];
export type QueueConfig = Config['queue'];
export type MediaLimits = Config['media'];

const toConfig = (env: Environment) => ({
  environment: env.NODE_ENV,
  log: { level: env.LOG_LEVEL, pretty: env.LOG_PRETTY },
  dataDir: env.DATA_DIR,
  database: { url: env.DATABASE_URL ?? null, poolSize: env.DATABASE_POOL_SIZE },
  migrateAtStart: env.MIGRATE_AT_START,
  queue: env.REDIS_URL
    ? ({ backend: 'redis', url: env.REDIS_URL, prefix: env.QUEUE_PREFIX } as const)
    : ({ backend: 'postgres', prefix: env.QUEUE_PREFIX } as const),
  storage: env.S3_BUCKET
    ? ({
        provider: 's3',
        bucket: env.S3_BUCKET,
        region: env.S3_REGION,
        endpoint: env.S3_ENDPOINT ?? null,
        accessKeyId: env.S3_ACCESS_KEY_ID ?? null,
        secretAccessKey: env.S3_SECRET_ACCESS_KEY ?? null,
      } as const)
    : ({ provider: 'disk', root: env.MEDIA_DIR ?? `${env.DATA_DIR}/media` } as const),
  http: {
    host: env.HOST,
    port: env.PORT,
    /** Origin that links are built on; null means the address a request came to. */
    publicUrl: env.PUBLIC_URL ?? null,
    trustProxy: env.TRUST_PROXY,
    corsOrigins: env.CORS_ORIGINS,
    drainSeconds: env.DRAIN_SECONDS,
  },
  auth: {
    /** PEM; null means the key files under dataDir/keys. */
    tokenPrivateKey: env.TOKEN_PRIVATE_KEY ?? null,
    /** PEMs, one after the other, of keys that are no longer signed with but still accepted. */
    previousTokenPublicKeys: env.TOKEN_PREVIOUS_PUBLIC_KEY ?? null,
    /** What stored secrets are sealed with; null means the key file under dataDir/keys. */
    secretsKey: env.SECRETS_KEY ?? null,
    issuer: env.TOKEN_ISSUER,
    accessSeconds: env.ACCESS_TOKEN_SECONDS,
    refreshSeconds: env.REFRESH_TOKEN_SECONDS,
  },
  mail: {
    /** SMTP server; null means files under dataDir/mail. */
    url: env.MAIL_URL ?? null,
    from: env.MAIL_FROM,
  },
  /** Null means files under dataDir/sms. */
  sms: env.TWILIO_ACCOUNT_SID
    ? {
        account: env.TWILIO_ACCOUNT_SID,
        token: env.TWILIO_AUTH_TOKEN ?? '',
        from: env.TWILIO_FROM ?? '',
        origin: env.TWILIO_URL,
      }
    : null,
  /** Who else may say who somebody is; off where no client is named. */
  providers: {
    google: {
      clientIds: env.GOOGLE_CLIENT_IDS,
      issuer: env.GOOGLE_ISSUER,
      keysUrl: env.GOOGLE_KEYS_URL,
    },
    apple: {
      clientIds: env.APPLE_CLIENT_IDS,
      issuer: env.APPLE_ISSUER,
      keysUrl: env.APPLE_KEYS_URL,
    },
  },
  playback: {
    /** Origin of CloudFront, or null where the API itself is the edge. */
    cloudFrontUrl: env.CLOUDFRONT_URL ?? null,
    keyPairId: env.CLOUDFRONT_KEY_PAIR_ID,
    privateKey: env.CLOUDFRONT_PRIVATE_KEY ?? null,
    cookieSeconds: env.PLAYBACK_COOKIE_SECONDS,
    cookieDomain: env.PLAYBACK_COOKIE_DOMAIN ?? null,
  },
  uploads: {
    expirySeconds: env.UPLOAD_EXPIRY_SECONDS,
    minFreeBytes: env.UPLOAD_MIN_FREE_BYTES,
    maxUnfinished: env.UPLOAD_MAX_UNFINISHED,
  },
  media: {
    minSeconds: env.MEDIA_MIN_SECONDS,
    maxSeconds: env.MEDIA_MAX_SECONDS,
    minSide: env.MEDIA_MIN_SIDE,
    maxSide: env.MEDIA_MAX_SIDE,
    maxFrameRate: env.MEDIA_MAX_FPS,
    maxBytes: env.MEDIA_MAX_BYTES,
  },
  images: {
    maxBytes: env.IMAGE_MAX_BYTES,
    maxPixels: env.IMAGE_MAX_PIXELS,
    minSide: env.IMAGE_MIN_SIDE,
    /** How long the address of a private picture opens it, at least. */
    urlSeconds: env.IMAGE_URL_SECONDS,
  },
  /** How long a page of the feed may be told again; 0: never. */
  feed: { cacheSeconds: env.FEED_CACHE_SECONDS },
  worker: {
    ffmpegPath: env.FFMPEG_PATH ?? null,
    ffprobePath: env.FFPROBE_PATH ?? null,
    /** Threads of one ffmpeg; 0 means one per core. */
    threads: env.FFMPEG_THREADS,
    /** Share of a clip's CPU time that a rendition ahead of the others may cost besides; 0: never. */
    mostExtra: env.EARLY_MAX_EXTRA_CPU,
    encodeConcurrency: env.ENCODE_CONCURRENCY,
    /** Longer clips are encoded in parts, where more than one can be at a time; 0: never. */
    splitSeconds: env.ENCODE_SPLIT_SECONDS,
    workspaceDir: env.WORKSPACE_DIR ?? `${env.DATA_DIR}/workspaces`,
  },
  scanner: env.CLAMAV_HOST ? { host: env.CLAMAV_HOST, port: env.CLAMAV_PORT } : null,
  ops: {
    boardWritable: env.BULL_BOARD_WRITABLE,
    metricsToken: env.METRICS_TOKEN ?? null,
    /** Where worker and background processes serve theirs; null for nowhere, 0 for a free port. */
    metricsPort: env.METRICS_PORT ?? null,
    metricsHost: env.METRICS_HOST,
  },
});

function readIfThere(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw err;
  }
}
