// Two-step sign-in: turned on by an authenticator's first code, its recovery codes, and turned off.

import { lazy, Suspense, useState } from 'react';

import type { AccountPart } from './account.js';
import { Field, FormActs, FormProblem } from './field.js';
import { RecoveryCodes } from './recovery-codes.js';
import { call } from './session.js';
import { useForm } from './use-form.js';

const QrCode = lazy(async () => ({ default: (await import('./qr-code.js')).QrCode }));

interface Offer {
  readonly secret: string;
  readonly otpauth_uri: string;
}

export function AccountTwoStep({ account, reload }: AccountPart) {
  const [offer, setOffer] = useState<Offer | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const show = (made: { recovery_codes: readonly string[] }) => {
    setOffer(null);
    setCodes(made.recovery_codes);
  };
  return (
    <section className="card" aria-labelledby="two-step">
      <h2 id="two-step">Two-step sign-in</h2>
      <p role="status">
        {account.two_step
          ? 'It is on: signing in asks for a code of your authenticator.'
          : 'It is off: your password alone signs you in.'}
      </p>
      {codes && <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />}
      {!codes && offer && (
        <Pairing
          offer={offer}
          onEnd={() => setOffer(null)}
          onCodes={async (made) => {
            await reload();
            show(made);
          }}
        />
      )}
      {!codes && !offer && !account.two_step && (
        <Act words="Turn it on" act={async () => setOffer(await call('POST', '/auth/mfa/totp'))} />
      )}
      {!codes && account.two_step && (
        <>
          <Act
            words="Make new recovery codes"
            act={async () => show(await call('POST', '/auth/mfa/recovery-codes'))}
          />
          <Act
            words="Turn it off"
            act={async () => {
              await call('DELETE', '/auth/mfa/totp');
              await reload();
            }}
          />
        </>
      )}
    </section>
  );
}

function Act({ words, act }: { words: string; act: () => Promise<void> }) {
  const form = useForm(act);
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <button type="submit" className="plain" disabled={form.busy}>
        {words}
      </button>
      <FormProblem form={form} />
    </form>
  );
}

interface PairingProps {
  readonly offer: Offer;
  readonly onCodes: (made: { recovery_codes: readonly string[] }) => Promise<void>;
  readonly onEnd: () => void;
}

function Pairing({ offer, onCodes, onEnd }: PairingProps) {
  const form = useForm(async ({ code }) =>
    onCodes(await call('POST', '/auth/mfa/totp/verify', { code })),
  );
  return (
    <form className="form" noValidate onSubmit={form.onSubmit}>
      <p>
        Scan this with your authenticator, or <a href={offer.otpauth_uri}>open it there</a>, or type
        the secret:
      </p>
      <Suspense fallback={<p className="quiet">Drawing…</p>}>
        <QrCode text={offer.otpauth_uri} label="The secret as a QR code" />
      </Suspense>
      <p>
        <code className="secret">{inGroups(offer.secret)}</code>
      </p>
      <Field
        {...{ form, name: 'code', inputMode: 'numeric', pattern: '\\d{6}' }}
        label="The code that it shows"
        title="Six digits"
        autoComplete="one-time-code"
        autoFocus
        required
      />
      <FormProblem form={form} />
      <FormActs form={form} act="Turn it on" onEnd={onEnd} />
    </form>
  );
}

const inGroups = (secret: string) => secret.replace(/.{4}(?=.)/g, '$& ');
