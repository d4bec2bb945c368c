import { type FormEvent, useState } from 'react';

import { confirmSignIn, RefusedError } from './session.js';

/** The second step of signing in: a code of the authenticator, or one for recovery. */
export function SecondStep({ mfaToken, onGiveUp }: { mfaToken: string; onGiveUp: () => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code') ?? '').trim();
    setBusy(true);
    setProblem(null);
    try {
      await confirmSignIn(mfaToken, code);
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'INVALID_TOKEN') return onGiveUp();
      setProblem((error as Error).message);
      setBusy(false);
    }
  };

  return (
    <form className="card sign-in" onSubmit={(event) => void submit(event)}>
      <h1>One more step</h1>
      <label>
        Code of your authenticator, or one of your recovery codes
        <input
          name="code"
          required
          minLength={6}
          maxLength={32}
          autoComplete="one-time-code"
          // biome-ignore lint/a11y/noAutofocus: the step before was left by pressing a button that is gone
          autoFocus
        />
      </label>
      {problem && <p role="alert">{problem}</p>}
      <button type="submit" disabled={busy}>
        Sign in
      </button>
      <button type="button" className="link" onClick={onGiveUp}>
        Start over
      </button>
    </form>
  );
}
