// The offers on a story, for its maker: who offers what, and accepting or declining it.

import { useEffect, useState } from 'react';

import type { Story } from './clip.js';
import { Link } from './navigation.js';
import type { Offer } from './offer.js';
import { OfferTerms } from './offer-terms.js';
import { call } from './session.js';
import { StoryOffer } from './story-offer.js';
import { TradeList } from './trade-list.js';
import { usePages } from './use-pages.js';
import './auction.css';

const LOOK_EVERY_MS = 15_000;

export function StoryOffers({ story: { story_id }, story }: { story: Story }) {
  const list = usePages<Offer>(`/stories/${story_id}/offers`, 'offers');
  const [said, setSaid] = useState('');
  const { reload } = list;
  useEffect(() => {
    const look = setInterval(() => {
      if (document.visibilityState === 'visible') void reload();
    }, LOOK_EVERY_MS);
    return () => clearInterval(look);
  }, [reload]);
  const answered = async (words: string) => {
    setSaid(words);
    await reload();
  };
  const opened = story.sale.state !== 'open' || list.items?.some(isAccepted);
  return (
    <>
      <TradeList
        {...{ list, title: 'Offers' }}
        empty="Nobody has made one yet."
        keyOf={({ offer_id }) => offer_id}
      >
        {(offer) => (
          <StoryOffer
            offer={offer}
            onAccept={async () => {
              await call('POST', `/offers/${offer.offer_id}/accept`);
              await answered('Accepted: the auction is open.');
            }}
            onReject={async (message) => {
              const body = message ? { message } : {};
              await call('POST', `/offers/${offer.offer_id}/reject`, body);
              await answered('Declined.');
            }}
          />
        )}
      </TradeList>
      <p role="status">{said}</p>
      {opened && (
        <p>
          <Link href={`/stories/${story_id}`}>See its auction on its page</Link>
        </p>
      )}
      <OfferTerms story={story} />
    </>
  );
}

const isAccepted = ({ status }: Offer) => status === 'accepted';
