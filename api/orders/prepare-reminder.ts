// Whether a reminder still has something to remind of, looked up as it is due: an order that is paid has not.

import type { Knex } from 'knex';

import type { DueMessage, NewMessage } from '../outbox/message.js';
import { findOrder } from './queries.js';

export const prepareReminder =
  ({ db }: { readonly db: Knex }) =>
  async (message: DueMessage): Promise<NewMessage | null> => {
    const order = await findOrder(db, message.facts?.order_id ?? '');
    const waits = order?.status === 'awaiting_payment' && order.payBy.getTime() > Date.now();
    return waits ? message : null;
  };
