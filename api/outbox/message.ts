// What is sent to people, and by which way. A kind names the words; its facts fill them.

export type MessageKind =
  | 'email_code'
  | 'new_email_code'
  | 'password_code'
  | 'confirm_code'
  | 'phone_code'
  | 'email_taken'
  | 'email_changed'
  | 'password_changed'
  | 'session_reused'
  | 'second_factor_on'
  | 'second_factor_off'
  | 'identity_linked'
  | 'identity_removed'
  | 'account_deleted'
  | 'offer_received'
  | 'offer_accepted'
  | 'offer_rejected'
  | 'offer_expired'
  | 'auction_opened'
  | 'auction_won'
  | 'auction_sold'
  | 'auction_cancelled'
  | 'bid_withdrawn'
  /** Becomes nothing where the order no longer waits to be paid. */
  | 'payment_reminder'
  | 'order_unpaid'
  | 'order_lapsed'
  | 'second_chance'
  /** Becomes a `password_code`, or nothing, as it is about to be sent. */
  | 'password_requested';

export type Channel = 'mail' | 'sms';

export interface NewMessage {
  /** Null where it is not looked up yet whose address this is, or whether it is anybody's. */
  readonly userId: string | null;
  readonly channel: Channel;
  readonly kind: MessageKind;
  /** An e-mail address, or a number in E.164. */
  readonly recipient: string;
  /** What stands in braces in the words of the kind. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Not before; at once unless given. */
  readonly dueAt?: Date;
}

export interface DueMessage extends NewMessage {
  readonly messageId: string;
  /** Of this try: 1 for the first. */
  readonly attempt: number;
}
