// An offer as the API tells it to the pages, and how it stands in words.

export interface Offer {
  readonly offer_id: string;
  readonly story_id: string;
  readonly story_title: string;
  readonly buyer: { readonly display_name: string; readonly avatar_url: string | null };
  readonly offer_amount: number;
  readonly currency: string;
  readonly message: string | null;
  readonly status: 'pending' | 'accepted' | 'rejected' | 'withdrawn' | 'expired';
  readonly response_message: string | null;
  /** For the maker. */
  readonly auto_rejected?: boolean;
  readonly created_at: string;
  readonly expires_at: string | null;
}

export const offerInWords = ({ status, auto_rejected: byFloor }: Offer): string =>
  byFloor ? 'declined: below your floor' : WORDS[status];

const WORDS: Readonly<Record<Offer['status'], string>> = {
  pending: 'waits for an answer',
  accepted: 'accepted: it opened the auction',
  rejected: 'declined',
  withdrawn: 'taken back',
  expired: 'over: nobody answered it, or another one opened the auction',
};
