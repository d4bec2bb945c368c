// The words of each message. Plain text only: nothing in it can be taken for markup.

import type { MessageKind, NewMessage } from './message.js';

export interface Written {
  readonly subject: string;
  readonly text: string;
}

export function writeMessage({ kind, facts }: Pick<NewMessage, 'kind' | 'facts'>): Written {
  const words = WORDS[kind];
  if (!words) throw new Error(`There are no words for ${kind}`);
  const [subject, ...lines] = words;
  // A fact is put in once and never looked through: braces in somebody's title stay as they are.
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => facts?.[name] ?? '');
  return { subject, text: fill(lines.join('\n\n')) };
}

const CODE = 'Your code is {code}. It is good for 10 minutes.';
const NOT_YOU = 'If this was not you, reset your password now; that ends every session.';

const WORDS: Partial<Record<MessageKind, readonly [string, ...string[]]>> = {
  email_code: ['Confirm your e-mail address', CODE, 'If you did not ask for it, ignore this mail.'],
  new_email_code: [
    'Confirm your new e-mail address',
    CODE,
    'Your account keeps its old address until you enter it.',
  ],
  password_code: [
    'Reset your password',
    CODE,
    'If you did not ask for it, ignore this mail: your password stays as it is.',
  ],
  confirm_code: ['Confirm that it is you', CODE, NOT_YOU],
  phone_code: ['Video Window', 'Video Window: {code} is your code, good for 10 minutes.'],
  email_taken: [
    'You have an account already',
    'Somebody tried to open an account with this e-mail address, or to move one to it. It has an account already: sign in, or reset your password if you forgot it.',
    'If this was not you, there is nothing to do: nobody got in.',
  ],
  email_changed: [
    'Your e-mail address was changed',
    'Your account now has another e-mail address; nothing will be sent to this one any more.',
    'If this was not you, write to us now.',
  ],
  password_changed: ['Your password was changed', 'Your other sessions were ended.', NOT_YOU],
  session_reused: [
    'A session was ended for your safety',
    'A sign-in token of yours was used twice, which happens when somebody copied it. The session it belonged to is over; sign in again.',
    'If you did not notice anything odd, change your password to be sure.',
  ],
  second_factor_on: [
    'Two-step sign-in is on',
    'From now on signing in asks for a code of your authenticator.',
    NOT_YOU,
  ],
  second_factor_off: [
    'Two-step sign-in is off',
    'Signing in no longer asks for a second code.',
    NOT_YOU,
  ],
  identity_linked: [
    'Another way to sign in was added',
    'An account elsewhere can now sign in to yours.',
    NOT_YOU,
  ],
  identity_removed: [
    'A way to sign in was taken off',
    'An account elsewhere can no longer sign in to yours.',
    NOT_YOU,
  ],
  account_deleted: [
    'Your account was deleted',
    'Your account is closed and all its sessions are ended.',
  ],
  offer_received: [
    'You have an offer',
    'Somebody offers {amount} for “{title}”. Accepting it opens the auction; it expires in 24 hours.',
  ],
  offer_accepted: [
    'Your offer opened the auction',
    'Your offer of {amount} for “{title}” is the first bid of its auction.',
  ],
  offer_rejected: [
    'Your offer was not accepted',
    'Your offer of {amount} for “{title}” was declined.',
  ],
  offer_expired: [
    'Your offer has expired',
    'Your offer of {amount} for “{title}” was not answered.',
  ],
  auction_opened: [
    'Your auction is running',
    'An offer of {amount} for “{title}” opened its auction, which runs for three days.',
  ],
  auction_won: [
    'You won the auction',
    'Your bid of {amount} for “{title}” is the winning one. Please pay by {pay_by}; after that the sale may go to somebody else.',
  ],
  auction_sold: [
    'Your auction has ended',
    'The winning bid for “{title}” is {amount}. The buyer has until {pay_by} to pay.',
  ],
  auction_cancelled: [
    'An auction was cancelled',
    'The auction of “{title}” was cancelled, and all bids in it are void.',
    '{reason}',
  ],
  bid_withdrawn: [
    'A bid of yours was withdrawn',
    'An administrator withdrew your bid of {amount} for “{title}”.',
    '{reason}',
  ],
  payment_reminder: [
    'Please pay for what you won',
    'You won “{title}” for {amount}. Please pay by {pay_by}; after that the sale may go to somebody else.',
  ],
  order_unpaid: [
    'The buyer has not paid',
    'The buyer of “{title}” has not paid {amount} in time. Until {decide_by} you can offer it to the next bidder, or relist it; after that it is relisted.',
  ],
  order_lapsed: [
    'Your order has lapsed',
    'You won “{title}” for {amount} and did not pay in time, so the order is void.',
  ],
  second_chance: [
    'You can still buy it',
    'The winner of “{title}” did not pay. It is yours for your own bid of {amount}, if you pay by {pay_by}.',
  ],
};
