// What the maker of a running auction may do: take the leading bid now, or cancel while nobody else has bid.

import { useRef, useState } from 'react';

import type { Auction } from './auction.js';
import { toMoney } from './money.js';
import { call, RefusedError } from './session.js';

interface Props {
  readonly auction: Auction;
  readonly refresh: () => Promise<void>;
}

export function SellControls({ auction, refresh }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const problemPlace = useRef<HTMLParagraphElement>(null);
  const { auction_id, seq, leading_bidder: leader } = auction;
  const price = toMoney(auction.current_bid_amount, auction.currency);

  const act = async (question: string, send: () => Promise<unknown>) => {
    if (!window.confirm(question)) return;
    setBusy(true);
    setProblem(null);
    try {
      await send();
    } catch (error) {
      setProblem(inWords(error as Error));
      problemPlace.current?.focus();
    } finally {
      await refresh();
      setBusy(false);
    }
  };
  return (
    <div className="sell">
      <p className="acts">
        <button
          type="button"
          disabled={busy}
          onClick={() =>
            void act(`Sell for ${price} to ${leader}, and end the auction now?`, () =>
              call('POST', `/auctions/${auction_id}/accept`, undefined, { ifMatch: seq }),
            )
          }
        >
          Accept {price} now
        </button>
        {auction.bid_count === 1 && (
          <button
            type="button"
            disabled={busy}
            onClick={() =>
              void act('Cancel this auction? Your story takes offers again then.', () =>
                call('POST', `/auctions/${auction_id}/cancel`, {}),
              )
            }
          >
            Cancel the auction
          </button>
        )}
      </p>
      <p role="alert" ref={problemPlace} tabIndex={-1}>
        {problem}
      </p>
    </div>
  );
}

const inWords = (error: Error) =>
  error instanceof RefusedError && error.code === 'STALE_BID'
    ? 'Another bid came in meanwhile, and nothing was accepted. Look at the new price first.'
    : error.message;
