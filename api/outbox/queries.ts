// All SQL on outbox.

import type { Knex } from 'knex';

import type { DueMessage, NewMessage } from './message.js';

export type Outcome = 'sent' | 'dropped' | 'failed';

export async function insertMessage(
  db: Knex,
  messageId: string,
  message: NewMessage,
  goodForSeconds: number,
): Promise<void> {
  await db('outbox').insert({
    message_id: messageId,
    user_id: message.userId,
    channel: message.channel,
    kind: message.kind,
    recipient: message.recipient,
    facts: JSON.stringify(message.facts ?? {}),
    ...(message.dueAt && { due_at: message.dueAt }),
    expires_at: db.raw(`coalesce(?::timestamptz, now()) + ? * interval '1 second'`, [
      message.dueAt ?? null,
      goodForSeconds,
    ]),
  });
}

/** Takes what is due for `leaseSeconds`: who dies with it leaves it to the next sweep. */
export async function takeDue(
  db: Knex,
  { most, leaseSeconds }: { most: number; leaseSeconds: number },
): Promise<DueMessage[]> {
  const { rows } = await db.raw(
    `update outbox set attempts = attempts + 1, due_at = now() + ? * interval '1 second'
     where message_id in (
       select message_id from outbox
       where outcome is null and due_at <= now() and expires_at > now()
       order by due_at limit ? for update skip locked)
     returning message_id, user_id, channel, kind, recipient, facts, attempts`,
    [leaseSeconds, most],
  );
  return rows.map((row: Record<string, never>) => ({
    messageId: row.message_id,
    userId: row.user_id,
    channel: row.channel,
    kind: row.kind,
    recipient: row.recipient,
    facts: row.facts,
    attempt: row.attempts,
  }));
}

/** Nothing personal is kept of what is over. */
export async function endMessage(db: Knex, messageId: string, outcome: Outcome): Promise<void> {
  await db('outbox')
    .where({ message_id: messageId })
    .whereNull('outcome')
    .update({ outcome, ended_at: db.fn.now(), recipient: null, facts: null });
}

export const endExpired = (db: Knex): Promise<number> =>
  db('outbox')
    .whereNull('outcome')
    .whereRaw('expires_at <= now()')
    .update({ outcome: 'failed', ended_at: db.fn.now(), recipient: null, facts: null });

export async function postpone(db: Knex, messageId: string, seconds: number): Promise<void> {
  await db('outbox')
    .where({ message_id: messageId })
    .update({ due_at: db.raw(`now() + ? * interval '1 second'`, [seconds]) });
}

export const deleteOld = (db: Knex): Promise<number> =>
  db('outbox').whereRaw(`ended_at < now() - interval '90 days'`).delete();
