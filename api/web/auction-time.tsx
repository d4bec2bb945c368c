// When an auction ends: the countdown, and that its end has moved.

import type { Auction } from './auction.js';
import { toDay, toTimeLeft } from './day.js';

interface Props {
  readonly auction: Auction;
  /** Whole seconds. */
  readonly left: number | null;
}

export function AuctionTime({ auction, left }: Props) {
  const { end_time: end, soft_close_minutes: minutes, extended } = auction;
  return (
    <>
      <p>
        <span role="timer" className="countdown">
          {left === null && 'Ends'}
          {left === 0 && 'Ending now…'}
          {left !== null && left > 0 && `Ends in ${toTimeLeft(left)}`}
        </span>{' '}
        <span className="quiet">
          <time dateTime={end}>{toDay(end)}</time>
        </span>
      </p>
      <p role="status" className="moved">
        {extended &&
          `The end has moved to ${toDay(end)}: a bid came within the last ${minutes} minutes.`}
        {auction.extension_exhausted && ' No bid moves it any further.'}
      </p>
    </>
  );
}
