// Tells every process which auctions have changed: after each commit, in the process that committed.

import { type ChangeEvents, openChangeEvents } from './change-events.js';

export type AuctionEvents = ChangeEvents;

type Parts = Omit<Parameters<typeof openChangeEvents>[0], 'channel' | 'coalesceMs'>;

/** A bid is to be seen at once: only what is committed within the same moment is one notice. */
export const openAuctionEvents = (parts: Parts): AuctionEvents =>
  openChangeEvents({ ...parts, channel: 'auction_events', coalesceMs: 5 });
