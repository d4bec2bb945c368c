// Signs in, with the second step where the account asks for one.

import { useState } from 'react';

import { Field, FormProblem } from './field.js';
import { Link } from './navigation.js';
import { SecondStep } from './second-step.js';
import { signIn } from './session.js';
import { useForm } from './use-form.js';
import './forms.css';

/** @param next where the doors that lead from here go on to */
export function SignIn({ next = location.pathname }: { next?: string }) {
  const [mfaToken, setMfaToken] = useState<string | null>(null);
  const form = useForm(async ({ email = '', password = '' }) =>
    setMfaToken(await signIn(email, password)),
  );
  if (mfaToken) return <SecondStep mfaToken={mfaToken} onGiveUp={() => setMfaToken(null)} />;
  return (
    <form className="card form sign-in" noValidate onSubmit={form.onSubmit}>
      <h1>Sign in</h1>
      <Field
        {...{ form, name: 'email', label: 'E-mail', type: 'email' }}
        autoComplete="username"
        required
      />
      <Field
        {...{ form, name: 'password', label: 'Password', type: 'password' }}
        autoComplete="current-password"
        required
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Sign in
      </button>
      <p>
        <Link href={`/sign-up?next=${encodeURIComponent(next)}`}>I am new here</Link> ·{' '}
        <Link href="/reset-password">I forgot my password</Link>
      </p>
    </form>
  );
}
