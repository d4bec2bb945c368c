// The auction of a story, live: price, time left, how one stands, bidding or selling, and its history.

import { useEffect, useRef, useState } from 'react';

import type { Auction } from './auction.js';
import { AuctionEnd } from './auction-end.js';
import { AuctionTime } from './auction-time.js';
import { BidForm } from './bid-form.js';
import { BidHistory } from './bid-history.js';
import { BidStanding } from './bid-standing.js';
import { toMoney } from './money.js';
import { Link } from './navigation.js';
import { SellControls } from './sell-controls.js';
import type { Session } from './session.js';
import { useAuction } from './use-auction.js';
import { useTimeLeft } from './use-time-left.js';
import './auction.css';

interface Props {
  readonly auctionId: string;
  readonly session: Session | null;
  readonly isOwn: boolean;
  /** What has just brought it here, where something has. */
  readonly news: string | null;
  /** Whether the keyboard was in what it stands in place of. */
  readonly taken: boolean;
  /** Looks whether its story takes offers again. */
  readonly onReopen: () => void;
}

export function AuctionPanel({ auctionId, session, isOwn, news, taken, onReopen }: Props) {
  const live = useAuction(auctionId);
  const { auction, problem, silent, clock, refresh } = live;
  const left = useTimeLeft(clock, auction);
  const heading = useRef<HTMLHeadingElement>(null);
  // A live region says what comes into it, not what it came with.
  const [said, setSaid] = useState('');
  useEffect(() => setSaid(news ?? ''), [news]);
  useEffect(() => {
    if (taken) heading.current?.focus();
  }, [taken]);
  const isActive = auction?.status === 'active';
  const mayBid = isActive && left !== 0 && !isOwn;
  return (
    <section className="card offers auction" aria-labelledby="auction">
      <h2 id="auction" ref={heading} tabIndex={-1}>
        {auction ? TITLES[auction.status] : 'Auction'}
      </h2>
      <p role="status">{said}</p>
      {!auction && !problem && <p className="quiet">Loading…</p>}
      {auction && (
        <>
          <Price auction={auction} />
          {isActive && <AuctionTime auction={auction} left={left} />}
          <BidStanding auction={auction} />
          {isActive && silent && (
            <p className="quiet">The live line is down: this is looked up every few seconds.</p>
          )}
          {mayBid && session && <BidForm auction={auction} refresh={refresh} />}
          {mayBid && !session && (
            <p>
              <Link href={`/sign-in?next=/stories/${auction.story_id}`}>Sign in to bid</Link>
            </p>
          )}
          {isActive && isOwn && <SellControls auction={auction} refresh={refresh} />}
          {!isActive && <AuctionEnd auction={auction} refresh={refresh} onReopen={onReopen} />}
          <BidHistory auction={auction} bids={live.bids} more={live.more} />
        </>
      )}
      {problem && !silent && (
        <p role="alert">
          {problem.message}{' '}
          <button type="button" onClick={() => void refresh()}>
            Try again
          </button>
        </p>
      )}
    </section>
  );
}

const TITLES: Readonly<Record<Auction['status'], string>> = {
  active: 'Auction',
  ended: 'Sold',
  cancelled: 'Auction cancelled',
};

function Price({ auction }: { auction: Auction }) {
  const { status, current_bid_amount: amount, currency, bid_count: count, you } = auction;
  const leader = you?.bidder === auction.leading_bidder ? 'you' : auction.leading_bidder;
  return (
    <p>
      {status === 'ended' && 'Sold for '}
      <strong className="price">{toMoney(amount, currency)}</strong>{' '}
      <span className="quiet">
        {count === 1 ? 'one bid' : `${count} bids`}
        {status === 'active' && `, ${leader} leading`}
        {status === 'ended' && `, to ${leader}`}
      </span>
    </p>
  );
}
