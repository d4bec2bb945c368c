// Sign-in by an ID token. An account belongs to issuer and subject; an address alone links only where both sides verified it.

import type { Knex } from 'knex';

import type { Context } from '../context.js';
import { ApiError, conflict, forbidden } from '../errors.js';
import type { Caller } from '../http/authenticate.js';
import { postMessage } from '../outbox/post-message.js';
import { createUser } from '../users/create-user.js';
import { findOwnAccount, findUserByEmail, type OwnAccount } from '../users/find-user.js';
import { findCaller } from './confirm-caller.js';
import { findIdentity, insertIdentity, insertNonce, takeNonce } from './identity-queries.js';
import { invalidIdToken, type ProvenIdentity, type ProviderName } from './providers.js';
import { createRefreshToken, hashRefreshToken } from './refresh-token.js';

const NONCE_SECONDS = 10 * 60;

interface IdTokenGiven {
  readonly provider: ProviderName;
  readonly idToken: string;
  readonly nonce: string;
}

export interface NewcomerFacts {
  readonly userType: 'viewer' | 'maker';
  readonly displayName: string;
}

export async function issueNonce({ db }: Pick<Context, 'db'>): Promise<string> {
  const nonce = createRefreshToken();
  await insertNonce(db, hashRefreshToken(nonce), NONCE_SECONDS);
  return nonce;
}

/**
 * The account of this identity, opened where it is new.
 * @throws ApiError INVALID_ID_TOKEN, LINK_REQUIRED, or FORBIDDEN for a suspended account
 */
export async function enterByIdentity(
  context: Pick<Context, 'db' | 'providers'>,
  given: IdTokenGiven,
  newcomer: NewcomerFacts,
): Promise<OwnAccount> {
  const identity = await proveIdentity(context, given);
  const userId = await context.db.transaction(
    async (trx) =>
      (await findIdentity(trx, identity)) ?? (await linkByAddress(trx, identity, newcomer)),
  );
  const user = await findOwnAccount(context.db, userId);
  if (!user || user.status === 'deleted') throw invalidIdToken();
  if (user.status !== 'active') throw forbidden('This account is suspended.');
  return user;
}

/** Adds an identity to the caller's own account. @throws ApiError INVALID_ID_TOKEN or CONFLICT */
export async function linkIdentity(
  context: Pick<Context, 'db' | 'providers'>,
  caller: Caller,
  given: IdTokenGiven,
): Promise<void> {
  const identity = await proveIdentity(context, given);
  await context.db.transaction(async (trx) => {
    const linked = await insertIdentity(trx, identity, caller.userId);
    if (!linked && (await findIdentity(trx, identity)) !== caller.userId) {
      throw conflict('This sign-in belongs to another account.');
    }
    if (linked) await tell(trx, await findCaller({ db: trx }, caller));
  });
}

/** The nonce goes last: what was not good anyway does not use it up. */
async function proveIdentity(
  { db, providers }: Pick<Context, 'db' | 'providers'>,
  { provider, idToken, nonce }: IdTokenGiven,
): Promise<ProvenIdentity> {
  const identity = await providers.verify(provider, idToken, nonce);
  if (!(await takeNonce(db, hashRefreshToken(nonce)))) throw invalidIdToken();
  return identity;
}

async function linkByAddress(
  trx: Knex.Transaction,
  identity: ProvenIdentity,
  { userType, displayName }: NewcomerFacts,
): Promise<string> {
  const { email, emailVerified } = identity;
  if (!email || !emailVerified) throw invalidIdToken();
  const facts = { email, passwordHash: null, userType, displayName, bio: null };
  const made = await createUser(trx, { ...facts, emailVerified: true });
  const present = made ? null : await findUserByEmail(trx, email);
  // Whoever registered an address that is not theirs waits for its owner to come this way.
  if (present && !present.emailVerified) throw linkRequired();
  const userId = made?.userId ?? present?.userId;
  if (!userId || !(await insertIdentity(trx, identity, userId))) throw conflict();
  if (present?.status === 'active') await tell(trx, present);
  return userId;
}

const tell = (trx: Knex.Transaction, user: { userId: string; email: string }) =>
  postMessage(trx, {
    ...{ userId: user.userId, channel: 'mail', kind: 'identity_linked', recipient: user.email },
  });

const linkRequired = () =>
  new ApiError(
    409,
    'LINK_REQUIRED',
    'There is an account with this address. Sign in to it, then add this way to sign in.',
  );
