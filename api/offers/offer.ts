// An offer, and the terms on which a maker takes them.

export const OFFER_STATUSES = ['pending', 'accepted', 'rejected', 'withdrawn', 'expired'] as const;
export type OfferStatus = (typeof OFFER_STATUSES)[number];

export interface Offer {
  readonly offerId: string;
  readonly storyId: string;
  readonly storyTitle: string;
  readonly makerId: string;
  readonly buyer: {
    readonly userId: string;
    readonly displayName: string;
    readonly avatarUrl: string | null;
  };
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly message: string | null;
  /** By the database's clock: one that nobody answered in time is expired before the sweep says so. */
  readonly status: OfferStatus;
  readonly responseMessage: string | null;
  readonly autoRejected: boolean;
  /** The one that it opened. */
  readonly auctionId: string | null;
  readonly createdAt: Date;
  readonly respondedAt: Date | null;
  readonly expiresAt: Date | null;
}

export interface OfferTerms {
  /** The first offer that qualifies opens the auction; else the maker accepts one. */
  readonly autoOpen: boolean;
  /** Minor units: what is below is refused at once. For the maker's eyes only. */
  readonly floor: number | null;
}

export const DEFAULT_TERMS: OfferTerms = { autoOpen: true, floor: null };

/** What becomes of an offer that nothing forbids. */
export function firstStatus(amount: number, { autoOpen, floor }: OfferTerms): OfferStatus {
  if (floor !== null && amount < floor) return 'rejected';
  return autoOpen ? 'accepted' : 'pending';
}

/** Of one user on one story, between two auctions of it. */
export const MOST_OF_STORY = 3;
/** Of one user, in an hour. */
export const MOST_IN_HOUR = 10;
/** How long an offer waits for an answer. */
export const ANSWER_SECONDS = 24 * 3600;
