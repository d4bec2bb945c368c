// Sessions of the operators' pages: no refresh token, so they end when their time is over.

import type { Knex } from 'knex';

import { newId } from '../../pipeline/platform/ids.js';
import type { Client } from '../http/client.js';
import { toLimitKey } from '../http/rate-limit.js';
import { endSession, insertSession } from './queries.js';

export async function startOpsSession(
  db: Knex,
  userId: string,
  client: Client,
  seconds: number,
): Promise<string> {
  const sessionId = newId();
  await insertSession(db, {
    sessionId,
    userId,
    purpose: 'ops',
    device: client.device,
    addressHash: toLimitKey(client.address),
    expiresAt: new Date(Date.now() + seconds * 1000),
  });
  return sessionId;
}

export const endOpsSession = (db: Knex, sessionId: string): Promise<void> =>
  endSession(db, sessionId, 'logout');
