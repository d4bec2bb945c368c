// What Apple's HLS authoring specification, RFC 8216 and we ourselves demand of a stream.

import type { Rule, RuleLevel } from './hls-rule.js';
import { ALIGNMENT_RULES } from './hls-rules-alignment.js';
import { DELIVERY_RULES } from './hls-rules-delivery.js';
import { FILE_RULES } from './hls-rules-files.js';
import { IFRAME_RULES } from './hls-rules-iframes.js';
import { LADDER_RULES } from './hls-rules-ladder.js';
import { OFFER_RULES } from './hls-rules-offer.js';
import { PICTURE_RULES } from './hls-rules-picture.js';
import { PLAYLIST_RULES } from './hls-rules-playlist.js';
import { SAMPLE_RULES } from './hls-rules-samples.js';
import { SOUND_RULES } from './hls-rules-sound.js';
import { SUBTITLE_RULES } from './hls-rules-subtitles.js';
import type { ParsedStream } from './hls-stream.js';

export const RULES: readonly Rule[] = [
  ...FILE_RULES,
  ...OFFER_RULES,
  ...PLAYLIST_RULES,
  ...ALIGNMENT_RULES,
  ...SAMPLE_RULES,
  ...PICTURE_RULES,
  ...SOUND_RULES,
  ...SUBTITLE_RULES,
  ...IFRAME_RULES,
  ...LADDER_RULES,
  ...DELIVERY_RULES,
];

export interface Finding {
  /** A rule's id. */
  readonly rule: string;
  /** Apple's number of it. */
  readonly apple: string;
  readonly level: RuleLevel;
  /** The rendition to blame; null where it is the stream as a whole. */
  readonly rendition: string | null;
  readonly message: string;
}

/** Every rule that the stream breaks, once for each rendition that breaks it. */
export const checkStream = (stream: ParsedStream): Finding[] =>
  RULES.flatMap(({ id, apple, level, check }) =>
    check(stream).map((violation) => ({ rule: id, apple, level, ...violation })),
  );

export const brokenMusts = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ level }) => level === 'MUST');
