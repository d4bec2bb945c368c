// A sweep: sends what is due. A row is taken by one sweep at a time, tried again with growing pauses, and ends once.

import type { Knex } from 'knex';
import type { Logger } from 'pino';

import type { DueMessage, MessageKind, NewMessage } from './message.js';
import { type Outlets, RefusedLetter } from './outlets.js';
import { deleteOld, endExpired, endMessage, postpone, takeDue } from './queries.js';
import { writeMessage } from './write-message.js';

/** Turns a message into the one to send; null where there is nothing to send after all. */
type Prepare = (message: DueMessage) => Promise<NewMessage | null>;

export interface OutboxParts {
  readonly db: Knex;
  readonly log: Pick<Logger, 'warn'>;
  readonly outlets: Outlets;
  readonly prepare?: Partial<Record<MessageKind, Prepare>>;
}

const MOST_AT_ONCE = 20;
const MOST_ATTEMPTS = 12;
/** Longer than any outlet waits. */
const LEASE_SECONDS = 120;
const LONGEST_PAUSE_SECONDS = 3_600;

/** How many were sent. Says nothing of whom to, what, or what the other side answered: that is personal. */
export async function sendOutbox(parts: OutboxParts, signal?: AbortSignal): Promise<number> {
  await endExpired(parts.db);
  let sent = 0;
  for (;;) {
    const due = await takeDue(parts.db, { most: MOST_AT_ONCE, leaseSeconds: LEASE_SECONDS });
    const outcomes = await Promise.all(due.map((message) => sendOne(parts, message)));
    sent += outcomes.filter(Boolean).length;
    if (due.length < MOST_AT_ONCE || signal?.aborted) return sent;
  }
}

export const removeOldMessages = ({ db }: { readonly db: Knex }): Promise<number> => deleteOld(db);

async function sendOne(parts: OutboxParts, message: DueMessage): Promise<boolean> {
  const { db, outlets, log } = parts;
  const { messageId, channel, kind, attempt } = message;
  try {
    const prepare = parts.prepare?.[kind];
    const ready = prepare ? await prepare(message) : message;
    if (ready) {
      const letter = { id: messageId, to: ready.recipient, ...writeMessage(ready) };
      await outlets[channel].send(letter);
    }
    await endMessage(db, messageId, ready ? 'sent' : 'dropped');
    return ready !== null;
  } catch (err) {
    const over = err instanceof RefusedLetter || attempt >= MOST_ATTEMPTS;
    const { name, code } = err as { name?: string; code?: unknown };
    log.warn({ message_id: messageId, channel, kind, attempt, name, code, over }, 'not sent');
    if (over) await endMessage(db, messageId, 'failed');
    else await postpone(db, messageId, Math.min(5 * 2 ** (attempt - 1), LONGEST_PAUSE_SECONDS));
    return false;
  }
}
