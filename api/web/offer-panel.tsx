// What a story costs, beside its clips.

import type { Story } from './clip.js';
import { toMoney } from './money.js';
import type { Session } from './session.js';

export interface OfferPanelProps {
  readonly story: Story;
  readonly session: Session | null;
  /** Whether whoever looks is its maker. */
  readonly isOwn: boolean;
}

export function OfferPanel({ story: { pricing }, isOwn }: OfferPanelProps) {
  return (
    <section className="card offers" aria-label="Offers">
      <h2>Offers</h2>
      <p>
        {isOwn ? 'You look at offers' : 'The maker looks at offers'} from{' '}
        <strong>{toMoney(pricing.minimum_offer, pricing.currency)}</strong> on.
      </p>
    </section>
  );
}
