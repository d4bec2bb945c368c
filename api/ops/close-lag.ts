/** How late auctions are ended: the same series in each process that may find one due. */
export const CLOSE_LAG = {
  name: 'auction_close_lag_seconds',
  help: 'From the end of an auction to its being written down, with the order',
  buckets: [0.05, 0.25, 0.5, 1, 2, 5, 15, 60, 600, 3_600],
} as const;
