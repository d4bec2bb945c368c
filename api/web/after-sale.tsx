// What the maker decides of a sale that was not paid: the next bidder, or offers again.

import { useState } from 'react';

import type { Auction } from './auction.js';
import { toDay } from './day.js';
import { toMoney } from './money.js';
import { call } from './session.js';

interface Props {
  readonly auction: Auction;
  readonly refresh: () => Promise<void>;
  readonly onReopen: () => void;
}

export function AfterSale({ auction, refresh, onReopen }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { auction_id, decision, currency } = auction;
  if (!decision) return null;
  const act = async (path: string, after: () => void) => {
    setBusy(true);
    setProblem(null);
    try {
      await call('POST', `/auctions/${auction_id}/${path}`);
      after();
    } catch (error) {
      setProblem((error as Error).message);
      await refresh();
    } finally {
      setBusy(false);
    }
  };
  const next = decision.next_bid_amount;
  return (
    <div className="sell">
      <p>
        It was not paid. Until {toDay(decision.decide_by)} you decide what follows; else your story
        takes offers again.
      </p>
      <p className="acts">
        {next !== null && (
          <button
            type="button"
            disabled={busy}
            onClick={() => void act('second-chance', () => void refresh())}
          >
            Sell to the next bidder for {toMoney(next, currency)}
          </button>
        )}
        <button type="button" disabled={busy} onClick={() => void act('relist', onReopen)}>
          Take offers again
        </button>
      </p>
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
