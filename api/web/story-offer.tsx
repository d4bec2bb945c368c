// One offer, as its maker sees it and answers it.

import { useState } from 'react';

import { toDay } from './day.js';
import { FormActs, FormProblem, TextField } from './field.js';
import { toMoney } from './money.js';
import { type Offer, offerInWords } from './offer.js';
import { useForm } from './use-form.js';
import './forms.css';

interface Props {
  readonly offer: Offer;
  readonly onAccept: () => Promise<void>;
  readonly onReject: (message: string) => Promise<void>;
}

export function StoryOffer({ offer, onAccept, onReject }: Props) {
  const [declining, setDeclining] = useState(false);
  const amount = toMoney(offer.offer_amount, offer.currency);
  const name = offer.buyer.display_name || 'Somebody';
  const accept = useForm(onAccept);
  const waits = offer.status === 'pending';
  return (
    <>
      <p>
        <strong>{amount}</strong> from {name}, {offerInWords(offer)}
      </p>
      {offer.message && <p className="written">{offer.message}</p>}
      {offer.response_message && <p className="quiet">You said: {offer.response_message}</p>}
      <p className="quiet">
        {toDay(offer.created_at)}
        {waits && offer.expires_at && ` · answer until ${toDay(offer.expires_at)}`}
      </p>
      {waits && !declining && (
        <form className="form acts" noValidate onSubmit={accept.onSubmit}>
          <button
            type="submit"
            aria-label={`Accept, and open the auction: ${amount} from ${name}`}
            disabled={accept.busy}
          >
            Accept, and open the auction
          </button>
          <button
            type="button"
            aria-label={`Decline ${amount} from ${name}`}
            onClick={() => setDeclining(true)}
          >
            Decline
          </button>
          <FormProblem form={accept} />
        </form>
      )}
      {waits && declining && (
        <Declining {...{ name, onReject, onEnd: () => setDeclining(false) }} />
      )}
    </>
  );
}

interface DecliningProps {
  readonly name: string;
  readonly onReject: Props['onReject'];
  readonly onEnd: () => void;
}

function Declining({ name, onReject, onEnd }: DecliningProps) {
  const form = useForm(({ message = '' }) => onReject(message));
  return (
    <form className="form" noValidate onSubmit={form.onSubmit}>
      <TextField
        {...{ form, name: 'message', rows: 2, maxLength: 500 }}
        label={`A word to ${name} (if you like)`}
        autoFocus
      />
      <FormProblem form={form} />
      <FormActs form={form} act="Decline the offer" onEnd={onEnd} />
    </form>
  );
}
