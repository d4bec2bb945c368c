// Which captions are shown: a menu of the languages that a clip has, and `c` for the one that was last chosen.

import { type RefObject, useCallback, useEffect, useState } from 'react';

const KEY = 'video-window.captions';
const OFF = 'off';
/** A language that may be taken up again, and whether it is. */
interface Choice {
  readonly language: string;
  readonly shown: boolean;
}

/** Reads and sets the video's own text tracks: hls.js fills them, and Safari's player has its own. */
export function useCaptions(video: RefObject<HTMLVideoElement | null>, mediaId: string) {
  const [tracks, setTracks] = useState<readonly TextTrack[]>([]);
  const [shown, setShown] = useState(OFF);

  const show = useCallback(
    (language: string) => {
      for (const track of captionsOf(video.current)) {
        track.mode = track.language === language ? 'showing' : 'disabled';
      }
      setShown(language);
    },
    [video],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another clip brings other tracks
  useEffect(() => {
    const list = video.current?.textTracks;
    if (!list) return;
    const read = () => {
      const found = captionsOf(video.current);
      setTracks(found);
      const { language, shown: isWanted } = readChoice();
      const wanted = isWanted && found.some((track) => track.language === language);
      show(wanted ? language : OFF);
    };
    read();
    list.addEventListener('addtrack', read);
    list.addEventListener('removetrack', read);
    return () => {
      list.removeEventListener('addtrack', read);
      list.removeEventListener('removetrack', read);
    };
  }, [video, mediaId, show]);

  const choose = (language: string) => {
    const last = language === OFF ? readChoice().language : language;
    localStorage.setItem(KEY, JSON.stringify({ language: last, shown: language !== OFF }));
    show(language);
  };
  const toggle = () => {
    if (shown !== OFF) return choose(OFF);
    const { language } = readChoice();
    const next = tracks.find((track) => track.language === language) ?? tracks[0];
    if (next) choose(next.language);
  };
  return { tracks, shown, choose, toggle };
}

export function CaptionsMenu({
  captions: { tracks, shown, choose },
}: {
  captions: ReturnType<typeof useCaptions>;
}) {
  if (tracks.length === 0) return null;
  return (
    <select
      aria-label="Captions"
      title="Captions (c)"
      className="captions-menu"
      value={shown}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value={OFF}>CC off</option>
      {tracks.map(({ language, label }) => (
        <option key={language} value={language}>
          {label}
        </option>
      ))}
    </select>
  );
}

const captionsOf = (video: HTMLVideoElement | null): TextTrack[] =>
  [...(video?.textTracks ?? [])].filter(({ kind }) => kind === 'subtitles' || kind === 'captions');

function readChoice(): Choice {
  const nothing = { language: navigator.language, shown: false };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return isChoice(stored) ? stored : nothing;
  } catch {
    return nothing;
  }
}

const isChoice = (stored: unknown): stored is Choice =>
  typeof stored === 'object' &&
  stored !== null &&
  typeof (stored as Choice).language === 'string' &&
  typeof (stored as Choice).shown === 'boolean';
