// One's own account as the API tells it.

import { useCallback, useEffect, useState } from 'react';

import { call } from './session.js';

export interface Account {
  readonly email: string;
  readonly email_verified: boolean;
  readonly phone: string | null;
  readonly phone_verified: boolean;
  readonly two_step: boolean;
  readonly user_type: 'viewer' | 'maker' | 'admin';
  readonly profile: {
    readonly display_name: string;
    readonly bio: string | null;
    readonly avatar_url: string | null;
    readonly location: string | null;
    readonly website: string | null;
    readonly instagram_handle: string | null;
  };
}

export interface AccountPart {
  readonly account: Account;
  /** Reads it anew. */
  readonly reload: () => Promise<void>;
}

export function useAccount() {
  const [account, setAccount] = useState<Account | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const reload = useCallback(async () => {
    setProblem(null);
    await call<Account>('GET', '/users/me').then(setAccount, (error: Error) =>
      setProblem(error.message),
    );
  }, []);
  useEffect(() => void reload(), [reload]);
  return { account, problem, reload };
}
