// An order: what a winner owes for what an auction sold. Its moves are said here and nowhere else.

export const ORDER_STATUSES = [
  'awaiting_payment',
  'paid',
  'shipped',
  'delivered',
  'completed',
  'expired',
  'cancelled',
  'refunded',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export interface Order {
  readonly orderId: string;
  readonly auctionId: string;
  readonly storyId: string;
  readonly storyTitle: string;
  readonly makerId: string;
  readonly buyer: { readonly userId: string; readonly displayName: string };
  readonly bidId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  /** As the row has it: an unpaid one that is overdue still awaits its payment until the sweep has ended it. */
  readonly status: OrderStatus;
  /** For the next bidder, where the winner did not pay. */
  readonly secondChance: boolean;
  readonly payBy: Date;
  readonly createdAt: Date;
}

/** How long an order waits to be paid. */
export const PAY_SECONDS = 24 * 3600;
/** How long before its end the buyer is reminded. */
export const REMINDERS_BEFORE_SECONDS = [12 * 3600, 2 * 3600] as const;

const AFTER: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  awaiting_payment: ['paid', 'expired', 'cancelled'],
  paid: ['shipped', 'cancelled', 'refunded'],
  shipped: ['delivered', 'refunded'],
  delivered: ['completed', 'refunded'],
  completed: ['refunded'],
  expired: [],
  cancelled: [],
  refunded: [],
};

export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean => AFTER[from].includes(to);

/** What ends so leaves the story free: it takes offers again. An unpaid one leaves that to its maker. */
export const freesStory = (status: OrderStatus): boolean =>
  status === 'cancelled' || status === 'refunded';
