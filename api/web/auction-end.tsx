// What came of an auction: its order for those whom it concerns, or the way back to offers.

import { useEffect, useState } from 'react';

import { AfterSale } from './after-sale.js';
import type { Auction } from './auction.js';
import { toDay } from './day.js';
import { inWords, type Order } from './order.js';
import { call } from './session.js';

interface Props {
  readonly auction: Auction;
  readonly refresh: () => Promise<void>;
  readonly onReopen: () => void;
}

export function AuctionEnd({ auction, refresh, onReopen }: Props) {
  const { status, order_id: orderId, you } = auction;
  const order = useOrder(orderId ?? null);
  if (status === 'cancelled') {
    return (
      <>
        <p>Nothing was sold, and no bid counts any more.</p>
        <button type="button" onClick={onReopen}>
          See whether it takes offers again
        </button>
      </>
    );
  }
  return (
    <>
      <p className="quiet">
        Ended <time>{toDay(auction.actual_end_time ?? auction.end_time)}</time>. It takes no offers.
      </p>
      {order && <p>{inWords(order, you?.is_maker ? 'maker' : 'buyer')}</p>}
      {you?.is_maker && auction.decision && (
        <AfterSale auction={auction} refresh={refresh} onReopen={onReopen} />
      )}
    </>
  );
}

function useOrder(orderId: string | null): Order | null {
  const [order, setOrder] = useState<Order | null>(null);
  useEffect(() => {
    setOrder(null);
    if (orderId) call<Order>('GET', `/orders/${orderId}`).then(setOrder, () => undefined);
  }, [orderId]);
  return order;
}
