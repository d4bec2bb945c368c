// How a story sells, beside its clips: the way to make an offer, its auction, or that it is sold.

import { useState } from 'react';

import { AuctionPanel } from './auction-panel.js';
import type { Story } from './clip.js';
import { toMoney } from './money.js';
import { Link } from './navigation.js';
import { OfferForm } from './offer-form.js';
import type { Session } from './session.js';
import { useSale } from './use-sale.js';

export interface OfferPanelProps {
  readonly story: Story;
  readonly session: Session | null;
  /** Whether whoever looks is its maker. */
  readonly isOwn: boolean;
  /** Reads the story anew. */
  readonly reload: () => void;
}

interface Opened {
  readonly auctionId: string;
  readonly words: string;
  /** Whether an act on this page led to it. */
  readonly own: boolean;
}

export function OfferPanel({ story, session, isOwn, reload }: OfferPanelProps) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const auctionId = opened?.auctionId ?? story.sale.auction_id;
  useSale(story.story_id, auctionId === null && story.status === 'published', (auctionId) =>
    setOpened({ auctionId, words: 'An offer has opened the auction.', own: false }),
  );
  if (auctionId) {
    return (
      <AuctionPanel
        key={`${auctionId} ${session?.user_id}`}
        {...{ auctionId, session, isOwn }}
        news={opened?.words ?? null}
        taken={opened?.own ?? false}
        onReopen={() => {
          setOpened(null);
          reload();
        }}
      />
    );
  }
  const { minimum_offer: minimum, currency } = story.pricing;
  const takesOffers = story.status === 'published';
  return (
    <section className="card offers" aria-labelledby="offers">
      <h2 id="offers">Offers</h2>
      <p>
        {isOwn ? 'You look at offers' : 'The maker looks at offers'} from{' '}
        <strong>{toMoney(minimum, currency)}</strong> on.
      </p>
      {isOwn && (
        <p>
          <Link href={`/studio/${story.story_id}`}>Your terms, and the offers that came</Link>
        </p>
      )}
      {!isOwn && !session && (
        <p>
          <Link href={`/sign-in?next=/stories/${story.story_id}`}>Sign in to make an offer</Link>
        </p>
      )}
      {!isOwn && session && takesOffers && (
        <OfferForm
          story={story}
          onAuction={(auctionId, words) => setOpened({ auctionId, words, own: true })}
        />
      )}
    </section>
  );
}
