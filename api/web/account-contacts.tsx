// The e-mail address and the phone number of an account, each proved by a code.

import { useState } from 'react';

import type { AccountPart } from './account.js';
import { CodeExchange } from './code-exchange.js';
import { Field } from './field.js';
import { call, readSession, saveSession } from './session.js';

export function AccountContacts({ account, reload }: AccountPart) {
  const [said, setSaid] = useState('');
  const { email, email_verified: isConfirmed, phone } = account;
  const done = async (words: string) => {
    await reload();
    setSaid(words);
  };
  return (
    <section className="card" aria-labelledby="contacts">
      <h2 id="contacts">E-mail and phone</h2>
      <p>
        E-mail: <strong>{email}</strong> · {isConfirmed ? 'confirmed' : 'not confirmed yet'}
      </p>
      {!isConfirmed && (
        <CodeExchange
          ask="Mail me a code to confirm it"
          onAsk={async () => {
            await call('POST', '/auth/email/code');
            return email;
          }}
          onCode={async (code) => {
            await call('POST', '/auth/email/verify', { code });
            await done('Your e-mail address is confirmed.');
          }}
        />
      )}
      <h3>Another address</h3>
      <CodeExchange
        ask="Mail a code to the new address"
        onAsk={async ({ email: address = '' }) => {
          await call('POST', '/users/me/email', { email: address });
          return address;
        }}
        onCode={async (code) => {
          const { email: changed } = await call<{ email: string }>(
            'POST',
            '/users/me/email/verify',
            { code },
          );
          const session = readSession();
          if (session) saveSession({ ...session, email: changed });
          await done('Your e-mail address is changed.');
        }}
      >
        {(form) => (
          <Field
            {...{ form, name: 'email', label: 'New e-mail address', type: 'email' }}
            autoComplete="email"
            required
          />
        )}
      </CodeExchange>
      <h3>Phone</h3>
      <p>{phone ? <strong>{phone}</strong> : 'None yet.'}</p>
      <CodeExchange
        ask="Send a code to this number"
        onAsk={async ({ phone: number = '' }) => {
          await call('POST', '/auth/phone/code', { phone: number.replace(/[\s()-]/g, '') });
          return number;
        }}
        onCode={async (code) => {
          await call('POST', '/auth/phone/verify', { code });
          await done('Your phone number is confirmed.');
        }}
      >
        {(form) => (
          <Field
            {...{ form, name: 'phone', label: 'Phone number', type: 'tel' }}
            hint="With the country’s code: +1 555 000 1111"
            autoComplete="tel"
            required
          />
        )}
      </CodeExchange>
      <p role="status">{said}</p>
    </section>
  );
}
