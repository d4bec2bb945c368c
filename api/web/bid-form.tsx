// Bids, with a maximum that nobody else is told if one likes.

import { useState } from 'react';

import { AmountField } from './amount-field.js';
import { type Auction, standingOf } from './auction.js';
import { BidderProblem } from './bidder-problem.js';
import { toMoney } from './money.js';
import { RefusedError } from './session.js';
import { useForm } from './use-form.js';
import { useOnce } from './use-once.js';
import './forms.css';

interface MadeBid {
  readonly bid_amount: number;
  readonly currency: string;
  readonly is_current_high_bid: boolean;
}

const FIELD_OF_CODE = {
  BID_TOO_LOW: 'bid_amount',
  MAXIMUM_BELOW_BID: 'max_amount',
  MAXIMUM_NOT_HIGHER: 'max_amount',
};

interface Props {
  readonly auction: Auction;
  readonly refresh: () => Promise<void>;
}

export function BidForm({ auction, refresh }: Props) {
  const { auction_id, currency } = auction;
  const minimum = auction.minimum_next_bid ?? 0;
  // The amount follows the price until the keyboard is there: nobody is to bid what they have not read.
  const [held, setHeld] = useState<string | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const amount = held ?? minimum.toFixed(2);
  const sendOnce = useOnce();
  const leads = standingOf(auction) === 'leads';
  const form = useForm(async ({ bid_amount, max_amount }, element) => {
    setMade(null);
    const maximum = max_amount ? Number(max_amount) : null;
    // Who leads only raises the maximum; should they lead no longer, it is a bid of the least that leads.
    const bid = bid_amount ? Number(bid_amount) : Math.min(minimum, maximum ?? minimum);
    try {
      const answer = await sendOnce<MadeBid>(`/auctions/${auction_id}/bids`, {
        ...{ currency, bid_amount: bid },
        ...(maximum !== null && { max_amount: maximum }),
      });
      setMade(inWords(answer, leads ? maximum : null));
      element.reset();
      setHeld(null);
    } catch (error) {
      if (error instanceof RefusedError && error.status === 409) void refresh();
      throw error;
    }
    await refresh();
  }, FIELD_OF_CODE);
  const onFocus = () => {
    if (!leads) setHeld(amount);
  };
  const ready = Number(amount) > 0 ? `Bid ${toMoney(Number(amount), currency)}` : 'Bid';
  return (
    <form className="form" noValidate onSubmit={form.onSubmit} onFocus={onFocus}>
      {!leads && (
        <AmountField
          {...{ form, name: 'bid_amount', min: minimum, value: amount }}
          label={`Your bid in ${currency}`}
          hint={`${toMoney(minimum, currency)} or more`}
          onChange={(event) => setHeld(event.currentTarget.value)}
          required
        />
      )}
      <AmountField
        {...{ form, name: 'max_amount', required: leads }}
        label={leads ? 'A higher maximum (kept secret)' : 'Your maximum (if you like, kept secret)'}
        hint="Up to it we bid for you, never more than is needed to lead"
      />
      <BidderProblem form={form} />
      <button type="submit" disabled={form.busy}>
        {leads ? 'Raise your maximum' : ready}
      </button>
      <p role="status">{made}</p>
    </form>
  );
}

/** @param raised to what a leader's maximum was raised */
function inWords(answer: MadeBid, raised: number | null): string {
  const { bid_amount, currency, is_current_high_bid: leads } = answer;
  if (leads && raised !== null) return `Your maximum is ${toMoney(raised, currency)} now.`;
  const words = `Your bid of ${toMoney(bid_amount, currency)} is in`;
  return leads ? `${words}.` : `${words}, but the maximum of somebody else was not below it.`;
}
