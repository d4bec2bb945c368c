// Every setting, by the name it has in the environment, with its default and its limits.

import { z } from 'zod';

const integer = (fallback: number, minimum = 0, maximum = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(minimum).max(maximum).default(fallback);
const seconds = (fallback: number) => integer(fallback, 1);
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0'])
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true' || value === '1');
const url = (...protocols: string[]) =>
  z
    .url({ message: `must be a URL (${protocols.join(', ')})`, abort: true })
    .refine((value) => protocols.includes(new URL(value).protocol.replace(':', '')), {
      message: `must start with ${protocols.map((name) => `${name}://`).join(' or ')}`,
    });
const origin = url('http', 'https')
  .transform((value) => value.replace(/\/+$/, ''))
  .refine((value) => new URL(value).origin === value, {
    message: 'must be an origin alone: scheme, host and port, no path',
  });
const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

const MEBIBYTE = 1024 * 1024;

export const environmentSchema = z
  .object({
    NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info'),
    LOG_PRETTY: flag(false),
    DATA_DIR: z.string().default('.data'),
    DATABASE_URL: url('postgres', 'postgresql').optional(),
    DATABASE_POOL_SIZE: integer(10, 2, 200),
    MIGRATE_AT_START: flag(true),
    REDIS_URL: url('redis', 'rediss').optional(),
    QUEUE_PREFIX: z
      .string()
      .regex(/^[a-z][a-z0-9_]*$/)
      .default('vw'),
    MEDIA_DIR: z.string().optional(),
    S3_BUCKET: z.string().optional(),
    S3_REGION: z.string().default('us-east-1'),
    S3_ENDPOINT: origin.optional(),
    S3_ACCESS_KEY_ID: z.string().optional(),
    S3_SECRET_ACCESS_KEY: z.string().optional(),
    HOST: z.string().default('127.0.0.1'),
    PORT: integer(3000, 0, 65_535),
    PUBLIC_URL: origin.optional(),
    TRUST_PROXY: z.string().default('').transform(toTrustProxy),
    CORS_ORIGINS: list,
    DRAIN_SECONDS: seconds(20),
    TOKEN_PRIVATE_KEY: z.string().optional(),
    TOKEN_PREVIOUS_PUBLIC_KEY: z.string().optional(),
    SECRETS_KEY: z.string().min(32, 'must have at least 32 characters').optional(),
    TOKEN_ISSUER: z.string().default('video-window'),
    ACCESS_TOKEN_SECONDS: seconds(15 * 60),
    REFRESH_TOKEN_SECONDS: seconds(30 * 24 * 3600),
    MAIL_URL: url('smtp', 'smtps').optional(),
    MAIL_FROM: z.string().default('Video Window <no-reply@localhost>'),
    TWILIO_ACCOUNT_SID: z.string().optional(),
    TWILIO_AUTH_TOKEN: z.string().optional(),
    TWILIO_FROM: z.string().optional(),
    TWILIO_URL: origin.default('https://api.twilio.com'),
    GOOGLE_CLIENT_IDS: list,
    GOOGLE_ISSUER: z.string().default('https://accounts.google.com'),
    GOOGLE_KEYS_URL: url('http', 'https').default('https://www.googleapis.com/oauth2/v3/certs'),
    APPLE_CLIENT_IDS: list,
    APPLE_ISSUER: z.string().default('https://appleid.apple.com'),
    APPLE_KEYS_URL: url('http', 'https').default('https://appleid.apple.com/auth/keys'),
    CLOUDFRONT_URL: origin.optional(),
    CLOUDFRONT_KEY_PAIR_ID: z.string().default('LOCALEDGE'),
    CLOUDFRONT_PRIVATE_KEY: z.string().optional(),
    PLAYBACK_COOKIE_SECONDS: seconds(300),
    PLAYBACK_COOKIE_DOMAIN: z.string().optional(),
    UPLOAD_EXPIRY_SECONDS: seconds(24 * 3600),
    UPLOAD_MIN_FREE_BYTES: integer(2048 * MEBIBYTE),
    UPLOAD_MAX_UNFINISHED: integer(100, 1),
    MEDIA_MIN_SECONDS: z.coerce.number().min(0).default(1),
    MEDIA_MAX_SECONDS: z.coerce.number().positive().default(420),
    MEDIA_MIN_SIDE: integer(16, 1),
    MEDIA_MAX_SIDE: integer(7680, 1),
    MEDIA_MAX_FPS: z.coerce.number().positive().default(240),
    MEDIA_MAX_BYTES: integer(500 * MEBIBYTE, 1),
    IMAGE_MAX_BYTES: integer(10 * MEBIBYTE, 1),
    IMAGE_MAX_PIXELS: integer(50_000_000, 1),
    IMAGE_MIN_SIDE: integer(16, 1),
    IMAGE_URL_SECONDS: seconds(3600),
    FEED_CACHE_SECONDS: integer(0, 0, 5),
    FFMPEG_PATH: z.string().optional(),
    FFPROBE_PATH: z.string().optional(),
    FFMPEG_THREADS: integer(0, 0, 256),
    EARLY_MAX_EXTRA_CPU: z.coerce.number().min(0).max(10).default(0.1),
    ENCODE_CONCURRENCY: integer(1, 1, 64),
    ENCODE_SPLIT_SECONDS: integer(90, 0, 3600),
    WORKSPACE_DIR: z.string().optional(),
    CLAMAV_HOST: z.string().optional(),
    CLAMAV_PORT: integer(3310, 1, 65_535),
    BULL_BOARD_WRITABLE: flag(false),
    METRICS_TOKEN: z.string().optional(),
    METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
    METRICS_HOST: z.string().default('127.0.0.1'),
  })
  .refine((env) => env.MEDIA_MIN_SECONDS < env.MEDIA_MAX_SECONDS, {
    path: ['MEDIA_MIN_SECONDS'],
    message: 'must be less than MEDIA_MAX_SECONDS',
  })
  .refine((env) => env.S3_BUCKET === undefined || env.MEDIA_DIR === undefined, {
    path: ['MEDIA_DIR'],
    message: 'cannot be set together with S3_BUCKET: media goes to one place',
  })
  .refine((env) => !env.CLOUDFRONT_URL || env.CLOUDFRONT_PRIVATE_KEY, {
    path: ['CLOUDFRONT_PRIVATE_KEY'],
    message: 'is needed where CLOUDFRONT_URL is set, to sign its cookies',
  })
  .refine((env) => !env.TWILIO_ACCOUNT_SID || (env.TWILIO_AUTH_TOKEN && env.TWILIO_FROM), {
    path: ['TWILIO_ACCOUNT_SID'],
    message: 'needs TWILIO_AUTH_TOKEN and TWILIO_FROM',
  });

/** A count of proxies, or a comma-separated list of addresses; `true` would trust anybody's header. */
function toTrustProxy(value: string, context: z.RefinementCtx): number | string[] | false {
  if (value === '' || value === 'false') return false;
  if (/^\d+$/.test(value)) return Number(value);
  if (value === 'true') {
    context.addIssue('name how many proxies to trust, or their addresses; "true" trusts anybody');
    return false;
  }
  return value.split(',').map((part) => part.trim());
}
