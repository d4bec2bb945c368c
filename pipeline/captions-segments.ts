// Captions of a clip → the subtitles group of its stream: segments on the pictures' own boundaries, and their playlists.

import { type Cue, fitCue, writeCaptions } from './captions.js';
import type { MediaPlaylist } from './hls-parse-media.js';
import { offerSubtitles, type SubtitlesOffer, writeSubtitlesPlaylist } from './playlists.js';

export interface CaptionTrack {
  /** A canonical BCP 47 tag: letters, digits and hyphens. */
  readonly language: string;
  readonly label: string;
  readonly cues: readonly Cue[];
}

/** Every object of a group begins so; nothing else of a stream does. */
export const SUBTITLES_START = 'subtitles-';

/** Our timeline starts at 0, and so do the times of fragments. */
const TIMESTAMP_MAP = 'X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0';

/**
 * Texts by file name, the multivariant playlist last.
 * @param pictures the media playlist of a variant: subtitles are cut where it is
 */
export function buildSubtitles(
  multivariant: { readonly file: string; readonly text: string },
  pictures: Pick<MediaPlaylist, 'segments' | 'targetDuration'>,
  tracks: readonly CaptionTrack[],
): ReadonlyMap<string, string> {
  const durations = pictures.segments.map(({ duration }) => duration);
  const targetDuration = pictures.targetDuration ?? Math.ceil(Math.max(1, ...durations));
  const texts = new Map<string, string>();
  const offers = tracks.map(({ language, label, cues }): SubtitlesOffer => {
    const name = `${SUBTITLES_START}${language}`;
    const segments = cutCaptions(cues, durations);
    for (const [at, text] of segments.entries()) texts.set(`${name}-${at}.vtt`, text);
    const listed = durations.map((duration, at) => ({ duration, file: `${name}-${at}.vtt` }));
    texts.set(`${name}.m3u8`, writeSubtitlesPlaylist(targetDuration, listed));
    return { playlist: `${name}.m3u8`, language, label };
  });
  return texts.set(multivariant.file, offerSubtitles(multivariant.text, offers));
}

/** One WebVTT file per segment; a cue stands in each that it is shown in, with its own times. */
export function cutCaptions(cues: readonly Cue[], durations: readonly number[]): string[] {
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  const segments = durations.map((): Cue[] => []);
  const ends: number[] = [];
  for (const duration of durations) ends.push((ends.at(-1) ?? 0) + duration * 1000);
  let first = 0;
  for (const cue of cues.flatMap((each) => fitCue(each, Math.round(total * 1000)) ?? [])) {
    // Cues come by start, so that no segment is looked at again once it lies behind.
    while (first < ends.length - 1 && (ends[first] ?? 0) <= cue.start) first += 1;
    for (let at = first; at < ends.length; at++) {
      segments[at]?.push(cue);
      if ((ends[at] ?? 0) >= cue.end) break;
    }
  }
  return segments.map((shown) => writeCaptions(shown, [TIMESTAMP_MAP]));
}
