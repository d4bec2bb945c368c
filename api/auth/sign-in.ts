// Who has shown one proof gets a session, or the question for the second one.

import { z } from 'zod';

import type { Context } from '../context.js';
import type { UserType } from '../http/authenticate.js';
import type { Client } from '../http/client.js';
import { ReplyId } from '../http/wire-types.js';
import { challenge } from './challenge.js';
import { hasSecondFactor } from './second-factor.js';
import { startSession, type Tokens } from './start-session.js';

export const tokens = {
  access_token: z.string().describe('Bearer token, good for 15 minutes'),
  refresh_token: z.string().describe('Good once, for 30 days'),
};

export const account = {
  user_id: ReplyId('user'),
  email: z.string(),
  user_type: z.enum(['viewer', 'maker', 'admin']),
};

export const SignedIn = z.strictObject({ ...account, ...tokens }).meta({ id: 'SignedIn' });

const Challenge = z
  .strictObject({
    mfa_required: z.literal(true),
    mfa_token: z.string().describe('For POST /auth/mfa alone, good for 5 minutes'),
    methods: z.array(z.enum(['totp', 'recovery_code'])),
  })
  .meta({ id: 'SignInChallenge' });

/** With a second factor the first proof gives no token of any use elsewhere. */
export const SignInAnswer = z.union([SignedIn, Challenge]);

export interface ProvenUser {
  readonly userId: string;
  readonly email: string;
  readonly userType: UserType;
}

export async function signIn(
  context: Pick<Context, 'config' | 'keys' | 'clock' | 'db'>,
  user: ProvenUser,
  client: Client,
): Promise<z.input<typeof SignInAnswer>> {
  if (await hasSecondFactor(context, user.userId)) {
    return {
      mfa_required: true,
      mfa_token: await challenge(context, user.userId, client),
      methods: ['totp', 'recovery_code'],
    };
  }
  return openSession(context, user, client);
}

export const openSession = async (
  context: Pick<Context, 'config' | 'keys' | 'clock' | 'db'>,
  { userId, email, userType }: ProvenUser,
  client: Client,
): Promise<z.input<typeof SignedIn>> => ({
  user_id: userId,
  email,
  user_type: userType,
  ...toWire(await startSession(context, context.db, userId, client)),
});

export const toWire = ({ accessToken, refreshToken }: Tokens) => ({
  access_token: accessToken,
  refresh_token: refreshToken,
});
