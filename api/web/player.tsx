// One clip with its controls: poster first, storyboard while scrubbing, keyboard and touch.

import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

import { CaptionsMenu, useCaptions } from './captions-menu.js';
import { Icon } from './icons.js';
import { placeholderUrl } from './placeholder.js';
import { ScrubBar } from './scrub-bar.js';
import { loadStoryboard, type Tile } from './storyboard.js';
import { useStream } from './use-stream.js';

interface PlayerProps {
  readonly mediaId: string;
  readonly label: string;
  readonly placeholder: string | null;
  readonly aspect: number;
  /** False while only a part of its renditions is there. */
  readonly whole: boolean;
}

const SKIP_SECONDS = 5;

export function Player({ mediaId, label, placeholder, aspect, whole }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { playback, problem } = useStream(video, mediaId, whole);
  const [state, setState] = useState({ time: 0, duration: 0, playing: false, muted: false });
  const [tiles, setTiles] = useState<readonly Tile[]>([]);
  const captions = useCaptions(video, mediaId);

  useEffect(() => {
    if (playback?.storyboard_url) void loadStoryboard(playback.storyboard_url).then(setTiles);
  }, [playback?.storyboard_url]);

  const read = () => {
    const { currentTime, duration, paused, muted } = video.current ?? {};
    setState({
      time: currentTime ?? 0,
      duration: Number.isFinite(duration) ? (duration ?? 0) : 0,
      playing: paused === false,
      muted: muted ?? false,
    });
  };
  const toggle = () => {
    if (video.current?.paused) void video.current.play().catch(() => undefined);
    else video.current?.pause();
  };
  const seek = (seconds: number) => {
    if (video.current) video.current.currentTime = seconds;
    setState((now) => ({ ...now, time: seconds }));
  };
  const toggleMuted = () => {
    if (video.current) video.current.muted = !video.current.muted;
  };
  const toggleFullscreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void frame.current?.requestFullscreen?.();
  };
  const onKey = (event: KeyboardEvent) => {
    const acts: Record<string, () => void> = {
      k: toggle,
      m: toggleMuted,
      f: toggleFullscreen,
      c: captions.toggle,
      j: () => seek(Math.max(0, state.time - SKIP_SECONDS)),
      l: () => seek(Math.min(state.duration, state.time + SKIP_SECONDS)),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  const blurred = placeholderUrl(placeholder);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: single-key shortcuts for the controls inside
    <div className="player" ref={frame} onKeyDown={onKey} style={{ aspectRatio: String(aspect) }}>
      <video
        ref={video}
        aria-label={label}
        crossOrigin="use-credentials"
        playsInline
        preload="metadata"
        {...((playback?.poster_url ?? blurred) && {
          poster: playback?.poster_url ?? blurred ?? '',
        })}
        onClick={toggle}
        onTimeUpdate={read}
        onDurationChange={read}
        onPlay={read}
        onPause={read}
        onEnded={read}
        onVolumeChange={read}
        onLoadedMetadata={read}
      >
        <track kind="metadata" />
      </video>
      {problem && (
        <p className="player-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="controls">
        <button type="button" onClick={toggle} aria-label={state.playing ? 'Pause' : 'Play'}>
          <Icon name={state.playing ? 'pause' : 'play'} />
        </button>
        <ScrubBar time={state.time} duration={state.duration} tiles={tiles} onSeek={seek} />
        <button type="button" onClick={toggleMuted} aria-label="Mute" aria-pressed={state.muted}>
          <Icon name={state.muted ? 'muted' : 'sound'} />
        </button>
        <CaptionsMenu captions={captions} />
        <button type="button" onClick={toggleFullscreen} aria-label="Full screen">
          <Icon name="fullscreen" />
        </button>
      </div>
    </div>
  );
}
