// What one offered, bid, bought and sold, each with how it stands.

import { useState } from 'react';

import { type Auction, standingOf } from './auction.js';
import { toDay } from './day.js';
import { toMoney } from './money.js';
import { Link } from './navigation.js';
import { type Offer, offerInWords } from './offer.js';
import { inWords, type Order } from './order.js';
import type { PageProps } from './page-table.js';
import { call } from './session.js';
import { TradeList } from './trade-list.js';
import { usePages } from './use-pages.js';
import './account-page.css';
import './auction.css';

export function BidsPage({ session }: PageProps) {
  return (
    <div className="account">
      <h1>Offers and bids</h1>
      <Auctions />
      <Offers />
      <Orders side="buyer" title="What you bought" empty="Nothing yet." />
      {session?.user_type !== 'viewer' && (
        <Orders side="maker" title="What you sold" empty="Nothing yet." />
      )}
    </div>
  );
}

function Auctions() {
  const list = usePages<Auction>('/users/me/auctions', 'auctions');
  return (
    <TradeList
      {...{ list, title: 'Auctions in which you bid' }}
      empty="None yet: the first offer on a story opens one."
      keyOf={({ auction_id }) => auction_id}
    >
      {(auction) => (
        <>
          <Link href={`/stories/${auction.story_id}`}>{auction.story_title}</Link>
          <p>
            {STANDINGS[standingOf(auction)]}:{' '}
            <strong>{toMoney(auction.current_bid_amount, auction.currency)}</strong>
          </p>
          <p className="quiet">
            {auction.status === 'active' ? 'Ends' : 'Ended'}{' '}
            {toDay(auction.actual_end_time ?? auction.end_time)}
          </p>
        </>
      )}
    </TradeList>
  );
}

const STANDINGS = {
  none: 'Cancelled',
  leads: 'You lead',
  outbid: 'You were outbid',
  won: 'You won',
  lost: 'Somebody else won',
} as const;

function Offers() {
  const list = usePages<Offer>('/users/me/offers', 'offers');
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const withdraw = async ({ offer_id, story_title }: Offer) => {
    if (!window.confirm(`Take back your offer for “${story_title}”?`)) return;
    setProblem(null);
    try {
      await call('POST', `/offers/${offer_id}/withdraw`);
      setSaid('Your offer is taken back.');
    } catch (error) {
      setProblem((error as Error).message);
    }
    await list.reload();
  };
  return (
    <>
      <TradeList
        {...{ list, title: 'Your offers' }}
        empty="None yet."
        keyOf={({ offer_id }) => offer_id}
      >
        {(offer) => (
          <>
            <Link href={`/stories/${offer.story_id}`}>{offer.story_title}</Link>
            <p>
              <strong>{toMoney(offer.offer_amount, offer.currency)}</strong>, {offerInWords(offer)}
            </p>
            {offer.response_message && <p>The maker says: {offer.response_message}</p>}
            <p className="quiet">
              {toDay(offer.created_at)}
              {offer.status === 'pending' &&
                offer.expires_at &&
                ` · to be answered until ${toDay(offer.expires_at)}`}
            </p>
            {offer.status === 'pending' && (
              <button
                type="button"
                aria-label={`Take back your offer for ${offer.story_title}`}
                onClick={() => void withdraw(offer)}
              >
                Take it back
              </button>
            )}
          </>
        )}
      </TradeList>
      <p role="status">{said}</p>
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}

function Orders({ side, ...words }: { side: 'buyer' | 'maker'; title: string; empty: string }) {
  const list = usePages<Order>(`/users/me/orders?side=${side}`, 'orders');
  return (
    <TradeList {...{ list, ...words }} keyOf={({ order_id }) => order_id}>
      {(order) => (
        <>
          <Link href={`/stories/${order.story_id}`}>{order.story_title}</Link>
          <p>{inWords(order, side)}</p>
          <p className="quiet">
            {toDay(order.created_at)}
            {order.second_chance && ' · to the next bidder, as the first did not pay'}
          </p>
        </>
      )}
    </TradeList>
  );
}
