// Makes an offer; the first that the maker's terms take opens the auction.

import { useState } from 'react';

import { AmountField } from './amount-field.js';
import { BidderProblem } from './bidder-problem.js';
import type { Story } from './clip.js';
import { TextField } from './field.js';
import { toMoney } from './money.js';
import { Link } from './navigation.js';
import { RefusedError } from './session.js';
import { useForm } from './use-form.js';
import { useOnce } from './use-once.js';
import './forms.css';

interface MadeOffer {
  readonly status: 'pending' | 'accepted' | 'rejected';
  readonly offer_amount: number;
  readonly currency: string;
  readonly auction_id?: string;
}

interface Props {
  readonly story: Story;
  /** The auction that it opened, or that somebody else had opened before. */
  readonly onAuction: (auctionId: string, words: string) => void;
}

export function OfferForm({ story: { story_id, pricing }, onAuction }: Props) {
  const { currency, minimum_offer: minimum } = pricing;
  const [made, setMade] = useState<MadeOffer | null>(null);
  const sendOnce = useOnce();
  const form = useForm(async ({ offer_amount, message }, element) => {
    setMade(null);
    const wanted = {
      ...{ story_id, currency, offer_amount: Number(offer_amount) },
      ...(message && { message }),
    };
    try {
      const offer = await sendOnce<MadeOffer>('/offers', wanted);
      if (offer.auction_id) return onAuction(offer.auction_id, 'Your offer opened the auction.');
      setMade(offer);
      element.reset();
    } catch (error) {
      const running = findRunning(error);
      if (!running) throw error;
      onAuction(running, 'Somebody else was first: the auction is running, bid there.');
    }
  });
  return (
    <form className="form" noValidate onSubmit={form.onSubmit}>
      <AmountField
        {...{ form, name: 'offer_amount', min: minimum }}
        label={`Your offer in ${currency}`}
        hint={`${toMoney(minimum, currency)} or more`}
        required
      />
      <TextField
        {...{ form, name: 'message', rows: 3, maxLength: 500 }}
        label="A word to the maker (if you like)"
      />
      <BidderProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Make the offer
      </button>
      <p role="status">{made && inWords(made)}</p>
      {made?.status === 'pending' && (
        <p>
          <Link href="/bids">See your offers and bids</Link>
        </p>
      )}
    </form>
  );
}

function inWords({ status, offer_amount, currency }: MadeOffer): string {
  const amount = toMoney(offer_amount, currency);
  return status === 'rejected'
    ? `The maker does not take ${amount} for this. You may offer more.`
    : `Your offer of ${amount} is with the maker, who has a day to answer it.`;
}

function findRunning(error: unknown): string | null {
  if (!(error instanceof RefusedError) || error.code !== 'AUCTION_RUNNING') return null;
  return error.details.find((detail) => detail.auction_id)?.auction_id ?? null;
}
