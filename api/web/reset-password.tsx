// A forgotten password: a code is mailed, and a new password is set by it.

import { useState } from 'react';

import { Field, FormProblem } from './field.js';
import { Link } from './navigation.js';
import { call } from './session.js';
import { useForm } from './use-form.js';
import './forms.css';

export function ResetPassword() {
  const [email, setEmail] = useState<string | null>(null);
  const [done, setDone] = useState(false);
  if (done) {
    return (
      <div className="card sign-in" role="status">
        <h1>Your new password is set</h1>
        <p>
          You are signed out everywhere. <Link href="/sign-in">Sign in</Link>
        </p>
      </div>
    );
  }
  if (email === null) return <Asking onSent={setEmail} />;
  return <Setting email={email} onDone={() => setDone(true)} onAgain={() => setEmail(null)} />;
}

function Asking({ onSent }: { onSent: (email: string) => void }) {
  const form = useForm(async ({ email = '' }) => {
    await call('POST', '/auth/password/forgot', { email });
    onSent(email);
  });
  return (
    <form className="card form sign-in" noValidate onSubmit={form.onSubmit}>
      <h1>Forgotten password</h1>
      <Field
        {...{ form, name: 'email', label: 'E-mail of your account', type: 'email' }}
        autoComplete="username"
        required
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Mail me a code
      </button>
      <p>
        <Link href="/sign-in">Back to signing in</Link>
      </p>
    </form>
  );
}

interface SettingProps {
  readonly email: string;
  readonly onDone: () => void;
  readonly onAgain: () => void;
}

function Setting({ email, onDone, onAgain }: SettingProps) {
  const form = useForm(async ({ code, password }) => {
    await call('POST', '/auth/password/reset', { email, code, password });
    onDone();
  });
  return (
    <form className="card form sign-in" noValidate onSubmit={form.onSubmit}>
      <h1>A new password</h1>
      <p role="status">
        If there is an account for {email}, a code of six digits is on its way to it. It is good for
        ten minutes.
      </p>
      {/* Password managers take the name of the account from here. */}
      <input type="hidden" name="username" autoComplete="username" value={email} />
      <Field
        {...{ form, name: 'code', label: 'The code', inputMode: 'numeric', pattern: '\\d{6}' }}
        title="Six digits"
        autoComplete="one-time-code"
        autoFocus
        required
      />
      <Field
        {...{ form, name: 'password', label: 'New password', type: 'password' }}
        hint="At least 8 characters."
        autoComplete="new-password"
        minLength={8}
        maxLength={128}
        required
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Set the password
      </button>
      <p>
        <button type="button" className="link" onClick={onAgain}>
          Mail me another code
        </button>
      </p>
    </form>
  );
}
