// The dialog behind `askProof`: a password, a code of the authenticator, or a mailed code where there is neither.

import { useEffect, useRef, useState } from 'react';

import { Field, FormActs, FormProblem } from './field.js';
import { PROOF_ASKED } from './proof.js';
import { call } from './session.js';
import { useForm } from './use-form.js';

type Kind = 'password' | 'authenticator' | 'mail';
type Answer = (given: boolean) => void;

export function ProofDialog() {
  const [kind, setKind] = useState<Kind | null>(null);
  const waiting = useRef<Answer[]>([]);
  useEffect(() => {
    const ask = (event: Event) => {
      event.preventDefault();
      waiting.current.push((event as CustomEvent<Answer>).detail);
      if (waiting.current.length > 1) return;
      call<{ two_step: boolean }>('GET', '/users/me').then(
        ({ two_step: twoStep }) => setKind(twoStep ? 'authenticator' : 'password'),
        () => end(false),
      );
    };
    const end = (given: boolean) => {
      for (const answer of waiting.current.splice(0)) answer(given);
    };
    window.addEventListener(PROOF_ASKED, ask);
    return () => window.removeEventListener(PROOF_ASKED, ask);
  }, []);
  const end = (given: boolean) => {
    setKind(null);
    for (const answer of waiting.current.splice(0)) answer(given);
  };
  return kind && <Asking kind={kind} onKind={setKind} onEnd={end} />;
}

interface AskingProps {
  readonly kind: Kind;
  readonly onKind: (kind: Kind) => void;
  readonly onEnd: Answer;
}

function Asking({ kind, onKind, onEnd }: AskingProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const form = useForm(
    async (fields) => {
      await call('POST', '/auth/confirm', fields);
      onEnd(true);
    },
    { WRONG_PASSWORD: 'password', INVALID_SECOND_FACTOR: 'code' },
  );
  const mail = useForm(async () => {
    await call('POST', '/auth/confirm/code');
    onKind('mail');
  });
  return (
    <dialog ref={dialog} className="card" aria-labelledby="proof" onClose={() => onEnd(false)}>
      <h2 id="proof">Please prove that it is you</h2>
      <form className="form" noValidate onSubmit={form.onSubmit}>
        {kind === 'password' ? (
          <Field
            {...{ form, name: 'password', label: 'Your password', type: 'password' }}
            autoComplete="current-password"
            required
          />
        ) : (
          <Field
            {...{ form, name: 'code' }}
            label={
              kind === 'mail'
                ? 'The code that we have mailed you'
                : 'Code of your authenticator, or one of your recovery codes'
            }
            autoComplete="one-time-code"
            minLength={6}
            maxLength={32}
            required
          />
        )}
        <FormProblem form={form} />
        <FormActs form={form} act="Go on" onEnd={() => onEnd(false)} />
      </form>
      {kind === 'password' && (
        <form noValidate onSubmit={mail.onSubmit}>
          <button type="submit" className="link" disabled={mail.busy}>
            I have no password: mail me a code
          </button>
          <FormProblem form={mail} />
        </form>
      )}
    </dialog>
  );
}
