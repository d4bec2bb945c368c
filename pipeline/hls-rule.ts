// What a rule is, and short ways to write one.

import { type ParsedStream, type ReadTrack, readTracks, type TrackRole } from './hls-stream.js';

export type RuleLevel = 'MUST' | 'SHOULD';

/** One demand upon a stream. */
export interface Rule {
  readonly id: string;
  /** Number in Apple's HLS authoring specification; `RFC 8216` or `own` where it has none. */
  readonly apple: string;
  readonly level: RuleLevel;
  readonly check: (stream: ParsedStream) => readonly Violation[];
}

export interface Violation {
  /** Null where no rendition alone is to blame. */
  readonly rendition: string | null;
  readonly message: string;
}

export const must = (id: string, apple: string, check: Rule['check']): Rule => ({
  ...{ id, apple, level: 'MUST', check },
});

export const should = (id: string, apple: string, check: Rule['check']): Rule => ({
  ...{ id, apple, level: 'SHOULD', check },
});

/** One violation where `isBroken`, else none. */
export const when = (isBroken: boolean, rendition: string | null, message: string): Violation[] =>
  isBroken ? [{ rendition, message }] : [];

export const seconds = (value: number): string => `${Number(value.toFixed(4))} s`;
export const rate = (value: number): string => `${Math.round(value / 1000)} kb/s`;

/** Asks of every track of these roles that could be read. */
export function eachTrack(
  roles: readonly TrackRole[],
  check: (track: ReadTrack, stream: ParsedStream) => Violation[],
): Rule['check'] {
  return (stream) => readTracks(stream, ...roles).flatMap((track) => check(track, stream));
}
