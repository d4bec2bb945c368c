import { useEffect } from 'react';

import { go, readNext, useAddress } from './navigation.js';
import type { PageProps } from './page-table.js';
import { SignIn } from './sign-in.js';

/** The door that goes on to where somebody wanted to go, or to the stories. */
export function SignInPage({ session }: PageProps) {
  const next = readNext(useAddress().query) ?? '/';
  useEffect(() => {
    if (session) go(next, { replace: true });
  }, [session, next]);
  return session ? null : <SignIn next={next} />;
}
