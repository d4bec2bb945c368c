// The sign-ins elsewhere of one account: what there are, and taking one off again.

import type { Config } from '../../pipeline/platform/config.js';
import type { Context } from '../context.js';
import { ApiError, notFound } from '../errors.js';
import type { Caller } from '../http/authenticate.js';
import { postMessage } from '../outbox/post-message.js';
import { findCaller } from './confirm-caller.js';
import { deleteIdentities, listIdentities, lockIdentities } from './identity-queries.js';
import { PROVIDER_NAMES, type ProviderName } from './providers.js';

export interface OwnIdentity {
  readonly provider: ProviderName;
  readonly since: Date;
}

export async function listOwnIdentities(
  { db, config }: Pick<Context, 'db' | 'config'>,
  { userId }: Pick<Caller, 'userId'>,
): Promise<OwnIdentity[]> {
  const linked = await listIdentities(db, userId);
  return linked.flatMap(({ issuer, createdAt }) => {
    const provider = PROVIDER_NAMES.find((name) => issuerOf(config, name) === issuer);
    return provider ? [{ provider, since: createdAt }] : [];
  });
}

/** @throws ApiError NOT_FOUND, or LAST_SIGN_IN where there would be no way in any more */
export async function unlinkIdentity(
  { db, config }: Pick<Context, 'db' | 'config'>,
  caller: Caller,
  provider: ProviderName,
): Promise<void> {
  const issuer = issuerOf(config, provider);
  await db.transaction(async (trx) => {
    const issuers = await lockIdentities(trx, caller.userId);
    if (!issuers.includes(issuer)) throw notFound();
    const { userId, email, passwordHash } = await findCaller({ db: trx }, caller);
    const isLast = issuers.every((each) => each === issuer);
    if (isLast && !passwordHash) throw lastSignIn();
    await deleteIdentities(trx, caller.userId, issuer);
    await postMessage(trx, {
      ...{ userId, channel: 'mail', kind: 'identity_removed', recipient: email },
    });
  });
}

const issuerOf = ({ providers }: Pick<Config, 'providers'>, name: ProviderName): string =>
  providers[name].issuer;

const lastSignIn = () =>
  new ApiError(409, 'LAST_SIGN_IN', 'It is the only way to sign in: set a password before.');
