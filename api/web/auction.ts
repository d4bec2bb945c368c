// An auction as the API tells it to the pages, and what each event makes of it.

export interface Auction {
  readonly auction_id: string;
  readonly story_id: string;
  readonly story_title: string;
  readonly status: 'active' | 'ended' | 'cancelled';
  readonly current_bid_amount: number;
  readonly currency: string;
  readonly minimum_next_bid: number | null;
  readonly bid_count: number;
  readonly leading_bidder: string;
  readonly end_time: string;
  readonly original_end_time: string;
  readonly actual_end_time: string | null;
  readonly soft_close_minutes: number;
  readonly extended: boolean;
  readonly extension_exhausted: boolean;
  readonly seq: number;
  readonly server_time: string;
  /** Of who is signed in; the live events, being everybody's, do not bring it. */
  readonly you?: {
    readonly is_maker: boolean;
    readonly bidder: string | null;
    readonly maximum: number | null;
  };
  readonly decision?: { readonly decide_by: string; readonly next_bid_amount: number | null };
  readonly order_id?: string;
}

export interface Bid {
  readonly seq: number;
  readonly bidder: string;
  readonly bid_amount: number;
  readonly is_auto_bid: boolean;
  readonly created_at: string;
  /** Known of those that were looked up. */
  readonly status?: 'active' | 'outbid' | 'winning' | 'withdrawn';
}

export interface LiveBid
  extends Bid,
    Pick<
      Auction,
      'bid_count' | 'end_time' | 'extended' | 'extension_exhausted' | 'minimum_next_bid'
    > {}

/** @param told all of it, maybe older than what is known, maybe without what is one's own */
export function withTold(known: Auction | null, told: Auction): Auction {
  if (!known) return told;
  const own = pickOwn(told.you ? told : known);
  const { you, decision, order_id, ...everybodys } = isOlder(told, known) ? known : told;
  return { ...everybodys, ...own };
}

/** What was known already changes nothing. */
export function withBid(known: Auction, bid: LiveBid): Auction {
  if (bid.seq <= known.seq) return known;
  const { bid_count, minimum_next_bid, end_time, extended, extension_exhausted } = bid;
  return {
    ...known,
    ...{ bid_count, minimum_next_bid, end_time, extended, extension_exhausted },
    seq: bid.seq,
    current_bid_amount: bid.bid_amount,
    leading_bidder: bid.bidder,
    server_time: later(known.server_time, bid.created_at),
  };
}

/** Newest first, each once; what was looked up says more than what was told live. */
export function mergeBids(known: readonly Bid[], more: readonly Bid[]): readonly Bid[] {
  const bySeq = new Map(known.map((bid) => [bid.seq, bid]));
  for (const bid of more) {
    if (bid.status || !bySeq.has(bid.seq)) bySeq.set(bid.seq, bid);
  }
  return [...bySeq.values()].sort((one, other) => other.seq - one.seq);
}

export type Standing = 'none' | 'leads' | 'outbid' | 'won' | 'lost';

/** How whoever is signed in stands. */
export function standingOf({ you, status, leading_bidder: leader }: Auction): Standing {
  if (!you?.bidder || status === 'cancelled') return 'none';
  const leads = you.bidder === leader;
  if (status === 'ended') return leads ? 'won' : 'lost';
  return leads ? 'leads' : 'outbid';
}

const isOlder = (told: Auction, known: Auction) =>
  told.seq < known.seq ||
  (told.seq === known.seq && Date.parse(told.server_time) < Date.parse(known.server_time)) ||
  (told.status === 'active' && known.status !== 'active');

const later = (one: string, other: string) => (Date.parse(one) < Date.parse(other) ? other : one);

const pickOwn = ({ you, decision, order_id }: Auction) => ({
  ...(you && { you }),
  ...(decision && { decision }),
  ...(order_id && { order_id }),
});
