// Looks now and then whether somebody's offer has opened the auction of a story that takes offers.

import { useEffect } from 'react';

import type { Story } from './clip.js';
import { call } from './session.js';

const LOOK_EVERY_MS = 30_000;

/** @param onAuction not called while somebody is writing an offer: the API tells them when they send it */
export function useSale(
  storyId: string,
  isOpen: boolean,
  onAuction: (auctionId: string) => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is done with it does not change with the page
  useEffect(() => {
    if (!isOpen) return;
    let over = false;
    const look = async () => {
      if (document.visibilityState !== 'visible' || isWriting()) return;
      const story = await call<Story>('GET', `/stories/${storyId}`).catch(() => null);
      if (!over && story?.sale.auction_id && !isWriting()) onAuction(story.sale.auction_id);
    };
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      over = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [storyId, isOpen]);
}

const isWriting = () => document.activeElement?.closest('.offers form') != null;
