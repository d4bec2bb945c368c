// Counts down to the end of an auction, by the server’s time.

import { useEffect, useState } from 'react';

import type { Auction } from './auction.js';
import type { ServerClock } from './server-clock.js';

const TICK_MS = 250;

/** Whole seconds until the end by the server's time; null where it is not known, or no end is to come. */
export function useTimeLeft(clock: ServerClock, auction: Auction | null): number | null {
  const [left, setLeft] = useState<number | null>(null);
  const end = auction?.status === 'active' ? Date.parse(auction.end_time) : null;
  useEffect(() => {
    const look = () => {
      const now = clock.now();
      setLeft(end === null || now === null ? null : Math.max(0, Math.ceil((end - now) / 1_000)));
    };
    look();
    if (end === null) return;
    const tick = setInterval(look, TICK_MS);
    return () => clearInterval(tick);
  }, [clock, end]);
  return left;
}
