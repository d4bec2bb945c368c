// Why a clip failed, as a code and words that its maker can act on.

import type { OwnFaultCode } from './media-file.js';

export interface MediaFault {
  readonly code: string;
  readonly message: string;
}

export const CANCELLED: MediaFault = { code: 'CANCELLED', message: 'You stopped this clip.' };

/** A job ran past its deadline. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError';
}

const WORDS: Record<OwnFaultCode, string> = {
  PROCESSING_FAILED: 'We could not process this clip. The fault is ours: please try again.',
  TIMED_OUT: 'Processing this clip took too long. Please try again; a shorter clip is quicker.',
  STORAGE_FULL: 'We ran out of space for this clip. Please try again in a while.',
};

/** For errors that are not the media's: which fault of ours it was. */
export function ownFault(error: unknown): MediaFault {
  const code = codeOf(error);
  return { code, message: WORDS[code] };
}

function codeOf(error: unknown): OwnFaultCode {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (TIMED_OUT.test(cause.name)) return 'TIMED_OUT';
    if (
      OUT_OF_SPACE.some((sign) =>
        sign.test(`${(cause as { code?: string }).code} ${cause.name} ${cause.message}`),
      )
    ) {
      return 'STORAGE_FULL';
    }
  }
  return 'PROCESSING_FAILED';
}

// Ours, and what ends a single program.
const TIMED_OUT = /^(TimedOutError|FfmpegTimeout|TimeoutError)$/;
// Node's and Postgres's codes, S3's names, and ffmpeg's words.
const OUT_OF_SPACE = [
  /\bENOSPC\b/,
  /\bEDQUOT\b/,
  /\b53100\b/,
  /QuotaExceeded|StorageFull|XMinioStorageFull/,
  /no space left on device/i,
];
