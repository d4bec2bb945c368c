// Plays one HLS stream in a video element: hls.js where it can, the browser's own player elsewhere.

import Hls, { ErrorTypes, Events } from 'hls.js';
import { type RefObject, useEffect, useRef, useState } from 'react';

import { openPlayback, type Playback } from './playback.js';

/** Off-screen clips must not fill the line of the one that is watched. */
const BUFFER_SECONDS = 10;

interface Place {
  readonly time: number;
  readonly playing: boolean;
}

/** @param whole whether all of the clip is encoded: what was opened before is then opened anew, at the same place */
export function useStream(
  video: RefObject<HTMLVideoElement | null>,
  mediaId: string,
  whole: boolean,
) {
  const place = useRef<Place>({ time: 0, playing: false });
  const [playback, setPlayback] = useState<Playback | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the address changes as the clip becomes whole
  useEffect(() => {
    let closed = false;
    let close = () => {};
    setProblem(null);
    openPlayback(mediaId).then(
      (opened) => {
        if (closed) return opened.stop();
        setPlayback(opened);
        const { playlist_url: url, renew } = opened;
        const detach = attach(video.current, url, renew, setProblem, place.current);
        close = () => {
          opened.stop();
          const { currentTime = 0, paused = true } = video.current ?? {};
          place.current = { time: currentTime, playing: !paused };
          detach();
        };
      },
      (error: Error) => setProblem(error.message),
    );
    return () => {
      closed = true;
      close();
    };
  }, [mediaId, video, whole]);

  return { playback, problem };
}

function attach(
  video: HTMLVideoElement | null,
  url: string | null,
  renew: () => Promise<void>,
  onProblem: (words: string) => void,
  { time, playing }: Place,
): () => void {
  if (!video || !url) return () => {};
  const goOn = () => {
    if (playing) void video.play().catch(() => undefined);
  };
  if (!Hls.isSupported()) {
    video.src = url;
    if (time > 0) video.currentTime = time;
    goOn();
    return () => video.removeAttribute('src');
  }
  const hls = new Hls({
    capLevelToPlayerSize: true,
    maxBufferLength: BUFFER_SECONDS,
    abrEwmaDefaultEstimate: 2_000_000,
    startPosition: time > 0 ? time : -1,
    xhrSetup: (request) => {
      request.withCredentials = true;
    },
  });
  let renewed = false;
  hls.on(Events.FRAG_LOADED, () => {
    renewed = false;
  });
  hls.on(Events.ERROR, (_event, data) => {
    if (data.response?.code === 403 && !renewed) {
      renewed = true;
      renew().then(
        () => hls.startLoad(),
        () => onProblem('This clip can no longer be played.'),
      );
    } else if (data.fatal && data.type === ErrorTypes.MEDIA_ERROR) {
      hls.recoverMediaError();
    } else if (data.fatal) {
      video.dataset.hlsError = data.details;
      onProblem('The video cannot be loaded right now.');
    }
  });
  hls.once(Events.MANIFEST_PARSED, goOn);
  hls.loadSource(url);
  hls.attachMedia(video);
  return () => hls.destroy();
}
