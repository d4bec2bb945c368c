// Whether one leads: told where it stands, and said aloud when it changes.

import { type Auction, type Standing, standingOf } from './auction.js';
import { toMoney } from './money.js';

export function BidStanding({ auction }: { auction: Auction }) {
  const standing = standingOf(auction);
  const { you, currency } = auction;
  const maximum = you?.maximum ?? null;
  return (
    <div className="standing" data-standing={standing}>
      <p role="status">{WORDS[standing]}</p>
      {standing === 'leads' && maximum !== null && (
        <p className="quiet">
          Up to {toMoney(maximum, currency)} we bid for you. Nobody else is told.
        </p>
      )}
    </div>
  );
}

const WORDS: Readonly<Record<Standing, string>> = {
  none: '',
  leads: 'You lead.',
  outbid: 'You were outbid. Bid again to lead.',
  won: 'You won.',
  lost: 'Somebody else won this one.',
};
