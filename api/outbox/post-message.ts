// Puts a message where the sweep finds it: in the transaction of what it tells of, so both happen or neither.

import type { Knex } from 'knex';

import { newId } from '../../pipeline/platform/ids.js';
import type { NewMessage } from './message.js';
import { insertMessage } from './queries.js';

/** A code that comes late is of no use. */
const CODE_SECONDS = 10 * 60;
const NOTICE_SECONDS = 3 * 24 * 3600;

export const postMessage = (db: Knex, message: NewMessage): Promise<void> =>
  insertMessage(
    db,
    newId(),
    message,
    message.kind.endsWith('_code') || message.kind === 'password_requested'
      ? CODE_SECONDS
      : NOTICE_SECONDS,
  );
