// Keeps one clip's playback cookies fresh for as long as the clip is on the page.

import { call } from './session.js';

export interface Playback {
  readonly playlist_url: string | null;
  readonly poster_url: string | null;
  readonly storyboard_url: string | null;
  readonly renew_after_seconds: number;
}

/** Asks for cookies now and again at 80 % of their life; `stop` ends it, `renew` asks at once. */
export async function openPlayback(
  mediaId: string,
): Promise<Playback & { renew(): Promise<void>; stop(): void }> {
  const ask = () => call<Playback>('POST', `/media/${mediaId}/playback`);
  const playback = await ask();
  let timer = 0;
  const renew = async () => {
    clearTimeout(timer);
    const { renew_after_seconds } = await ask();
    schedule(renew_after_seconds);
  };
  const schedule = (seconds: number) => {
    timer = window.setTimeout(() => {
      // The line may be down just now; the old cookies still have a fifth of their life.
      renew().catch(() => schedule(5));
    }, seconds * 1000);
  };
  schedule(playback.renew_after_seconds);
  return { ...playback, renew, stop: () => clearTimeout(timer) };
}
