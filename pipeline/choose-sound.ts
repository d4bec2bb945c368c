// Which of a file's tracks of sound is used: its maker's choice, else the best candidate.

import type { ProbedStream, SoundFacts } from './probe.js';

/** A place among the tracks of sound; null for none of them, undefined where the maker left it to us. */
export type SoundChoice = number | null | undefined;

/** A choice of a track that is not there counts as none made: the clip is worth more than the wish. */
export function chooseSound<T extends { readonly stream: ProbedStream }>(
  candidates: readonly T[],
  streams: readonly ProbedStream[],
  choice: SoundChoice,
): readonly T[] {
  if (choice === null) return [];
  if (choice === undefined) return candidates;
  const wanted = tracksOf(streams)[choice];
  return wanted ? candidates.filter(({ stream }) => stream.index === wanted.index) : candidates;
}

/** What a maker chooses from, in the file's order. */
export const listSounds = (streams: readonly ProbedStream[]): SoundFacts[] =>
  tracksOf(streams).map((stream, index) => ({
    index,
    codec: stream.codec_name || stream.codec_tag_string,
    channels: stream.channels,
    language: tag(stream, 'language', 35),
    title: tag(stream, 'title', 100),
    default: stream.disposition.default === 1,
  }));

const tracksOf = (streams: readonly ProbedStream[]) =>
  streams.filter((stream) => stream.codec_type === 'audio');

function tag({ tags }: ProbedStream, name: string, longest: number): string | null {
  const value = (tags[name] ?? '').replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  return value && value !== 'und' ? [...value].slice(0, longest).join('') : null;
}
