// A story's clips, one at a time: the player, and a strip of thumbnails to choose by pointer, key or swipe.

import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

import { ClipPicture } from './clip-picture.js';
import { Player } from './player.js';
import './player.css';

export interface ShownClip {
  readonly media_id: string;
  readonly context: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly placeholder: string | null;
  readonly thumbnail_url: string | null;
  /** What it is called where it has no context, if anything. */
  readonly name?: string;
  /** False while only a part of its renditions is there. */
  readonly whole: boolean;
}

const SWIPE_PIXELS = 50;

export function Carousel({ clips }: { clips: readonly ShownClip[] }) {
  const [chosen, setChosen] = useState(0);
  const start = useRef<number | null>(null);
  const place = Math.min(chosen, clips.length - 1);
  const clip = clips[place];
  useEffect(() => {
    if (chosen >= clips.length && clips.length > 0) setChosen(clips.length - 1);
  }, [chosen, clips.length]);
  if (!clip) return null;
  const move = (step: number) =>
    setChosen((now) => Math.min(clips.length - 1, Math.max(0, now + step)));
  const onKey = (event: KeyboardEvent) => {
    // The seek slider keeps the arrows for itself, and so does the menu of captions.
    if (/^(INPUT|SELECT)$/.test((event.target as Element).tagName)) return;
    if (event.key === 'ArrowRight') move(1);
    if (event.key === 'ArrowLeft') move(-1);
  };
  return (
    <section
      className="carousel"
      aria-roledescription="carousel"
      aria-label="Clips"
      onKeyDown={onKey}
      onTouchStart={(event) => {
        const onSlider = event.target instanceof HTMLInputElement;
        start.current = onSlider ? null : (event.touches[0]?.clientX ?? null);
      }}
      onTouchEnd={(event) => {
        const moved = (event.changedTouches[0]?.clientX ?? 0) - (start.current ?? 0);
        if (start.current !== null && Math.abs(moved) > SWIPE_PIXELS) move(moved < 0 ? 1 : -1);
        start.current = null;
      }}
    >
      <Player
        key={clip.media_id}
        mediaId={clip.media_id}
        label={clip.context ?? `Clip ${place + 1}`}
        placeholder={clip.placeholder}
        whole={clip.whole}
        aspect={(clip.width ?? 16) / (clip.height ?? 9)}
      />
      <nav aria-label="Choose a clip">
        <button type="button" onClick={() => move(-1)} disabled={place === 0}>
          ‹ Previous
        </button>
        <ol>
          {clips.map((each, at) => (
            <li key={each.media_id}>
              <button
                type="button"
                className="thumbnail"
                aria-current={each === clip}
                aria-label={nameOf(each, at, clips.length)}
                onClick={() => setChosen(at)}
              >
                <ClipPicture clip={each} />
              </button>
            </li>
          ))}
        </ol>
        <button type="button" onClick={() => move(1)} disabled={place === clips.length - 1}>
          Next ›
        </button>
      </nav>
      <p className="quiet" role="status">
        Clip {place + 1} of {clips.length}
        {clip.context && `: ${clip.context}`}
      </p>
    </section>
  );
}

function nameOf({ context, name }: ShownClip, at: number, count: number): string {
  const label = context ?? name;
  return `Clip ${at + 1} of ${count}${label ? `: ${label}` : ''}`;
}
