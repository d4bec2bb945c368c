// Who bid what, masked; the newest first.

import type { Auction, Bid } from './auction.js';
import { toDay } from './day.js';
import { toMoney } from './money.js';

interface Props {
  readonly auction: Auction;
  readonly bids: readonly Bid[];
  readonly more: (() => Promise<void>) | null;
}

export function BidHistory({ auction: { currency, you }, bids, more }: Props) {
  if (bids.length === 0) return null;
  return (
    <details className="bid-history">
      <summary>All bids</summary>
      <ol reversed>
        {bids.map((bid) => (
          <li key={bid.seq}>
            <span>{bid.bidder === you?.bidder ? 'You' : bid.bidder}</span>
            <strong>{toMoney(bid.bid_amount, currency)}</strong>
            <span className="quiet">
              <time dateTime={bid.created_at}>{toDay(bid.created_at)}</time>
              {bid.is_auto_bid && ' · by a maximum'}
              {bid.status === 'withdrawn' && ' · withdrawn'}
            </span>
          </li>
        ))}
      </ol>
      {more && (
        <button type="button" onClick={() => void more()}>
          More bids
        </button>
      )}
    </details>
  );
}
