import { type KeyboardEvent, type PointerEvent, useState } from 'react';

import { type Tile, tileAt } from './storyboard.js';

interface ScrubBarProps {
  readonly time: number;
  readonly duration: number;
  readonly tiles: readonly Tile[];
  readonly onSeek: (seconds: number) => void;
}

const STEP_SECONDS = 0.1;
const ARROW_SECONDS = 5;

/** The seek slider, with the storyboard's tile over the instant that is pointed at or dragged to. */
export function ScrubBar({ time, duration, tiles, onSeek }: ScrubBarProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const point = (event: PointerEvent<HTMLInputElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setHovered(Math.min(1, Math.max(0, (event.clientX - left) / width)) * duration);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: ARROW_SECONDS, ArrowLeft: -ARROW_SECONDS }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onSeek(Math.min(duration, Math.max(0, time + step)));
  };
  const tile = hovered === null ? undefined : tileAt(tiles, hovered);
  return (
    <div className="scrub">
      {tile && hovered !== null && (
        <div
          className="scrub-tile"
          data-testid="storyboard-tile"
          style={{
            left: `${(hovered / Math.max(duration, 0.001)) * 100}%`,
            width: tile.width,
            height: tile.height,
            backgroundImage: `url("${tile.sheet}")`,
            backgroundPosition: `-${tile.x}px -${tile.y}px`,
          }}
        />
      )}
      <input
        type="range"
        min={0}
        max={toStep(duration) || 1}
        step={STEP_SECONDS}
        value={toStep(time)}
        aria-label="Seek"
        aria-valuetext={`${clock(time)} of ${clock(Math.round(duration))}`}
        onChange={(event) => {
          const seconds = Number(event.currentTarget.value);
          onSeek(seconds);
          setHovered((now) => (now === null ? null : seconds));
        }}
        onKeyDown={onKey}
        onPointerMove={point}
        onPointerLeave={() => setHovered(null)}
      />
      <span className="clock" aria-hidden="true">
        {clock(time)} / {clock(Math.round(duration))}
      </span>
    </div>
  );
}

/** A value that the slider itself would round is one that React takes for a change by the viewer. */
const toStep = (seconds: number) => Number(seconds.toFixed(1));

/** Minutes and seconds: 75 is 1:15. */
const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
