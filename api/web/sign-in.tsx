import { type FormEvent, useState } from 'react';

import { SecondStep } from './second-step.js';
import { register, signIn } from './session.js';

/** Signs in, or makes a maker's account. */
export function SignIn() {
  const [making, setMaking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [mfaToken, setMfaToken] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [email, password, name] = ['email', 'password', 'name'].map((field) =>
      String(fields.get(field) ?? ''),
    ) as [string, string, string];
    setBusy(true);
    setProblem(null);
    try {
      if (making) await register(email, password, name);
      else setMfaToken(await signIn(email, password));
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };

  if (mfaToken) {
    const startOver = () => {
      setMfaToken(null);
      setBusy(false);
    };
    return <SecondStep mfaToken={mfaToken} onGiveUp={startOver} />;
  }
  return (
    <form className="card sign-in" onSubmit={(event) => void submit(event)}>
      <h1>{making ? 'Open a maker’s account' : 'Sign in'}</h1>
      {making && (
        <label>
          Your name, as viewers see it
          <input name="name" required maxLength={100} autoComplete="name" />
        </label>
      )}
      <label>
        E-mail
        <input name="email" type="email" required autoComplete="email" />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          required
          minLength={8}
          autoComplete={making ? 'new-password' : 'current-password'}
        />
      </label>
      {problem && <p role="alert">{problem}</p>}
      <button type="submit" disabled={busy}>
        {making ? 'Open the account' : 'Sign in'}
      </button>
      <button type="button" className="link" onClick={() => setMaking(!making)}>
        {making ? 'I have an account' : 'I am new here'}
      </button>
    </form>
  );
}
