export const REFUSAL_CODES = [
  'UNSUPPORTED_FORMAT',
  'NO_VIDEO_STREAM',
  'TOO_LONG',
  'TOO_SHORT',
  'TOO_LARGE',
  'TOO_SMALL',
  'CORRUPT_MEDIA',
  'DRM_PROTECTED',
  'HDR_UNSUPPORTED',
  'MALWARE_FOUND',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** The media itself is refused: trying again would not help. `message` is for its maker. */
export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
