// Plays one HLS stream in a video element: hls.js where it can, the browser's own player elsewhere.

import Hls, { ErrorTypes, Events } from 'hls.js';
import { type RefObject, useEffect, useState } from 'react';

import { openPlayback, type Playback } from './playback.js';

/** Off-screen clips must not fill the line of the one that is watched. */
const BUFFER_SECONDS = 10;

export function useStream(video: RefObject<HTMLVideoElement | null>, mediaId: string) {
  const [playback, setPlayback] = useState<Playback | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let closed = false;
    let close = () => {};
    setProblem(null);
    openPlayback(mediaId).then(
      (opened) => {
        if (closed) return opened.stop();
        setPlayback(opened);
        const detach = attach(video.current, opened.playlist_url, opened.renew, setProblem);
        close = () => {
          opened.stop();
          detach();
        };
      },
      (error: Error) => setProblem(error.message),
    );
    return () => {
      closed = true;
      close();
    };
  }, [mediaId, video]);

  return { playback, problem };
}

function attach(
  video: HTMLVideoElement | null,
  url: string | null,
  renew: () => Promise<void>,
  onProblem: (words: string) => void,
): () => void {
  if (!video || !url) return () => {};
  if (!Hls.isSupported()) {
    video.src = url;
    return () => video.removeAttribute('src');
  }
  const hls = new Hls({
    capLevelToPlayerSize: true,
    maxBufferLength: BUFFER_SECONDS,
    abrEwmaDefaultEstimate: 2_000_000,
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
  hls.loadSource(url);
  hls.attachMedia(video);
  return () => hls.destroy();
}
