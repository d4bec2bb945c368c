// Opens an account: a viewer's or a maker's.

import { useEffect } from 'react';

import { Field, FormProblem, TextField } from './field.js';
import { go, Link, readNext, useAddress } from './navigation.js';
import type { PageProps } from './page-table.js';
import { register } from './session.js';
import { useForm } from './use-form.js';
import './forms.css';

export function SignUp({ session }: PageProps) {
  const { query } = useAddress();
  const next = readNext(query);
  useEffect(() => {
    if (!session) return;
    go(next ?? (session.user_type === 'maker' ? '/studio' : '/'), { replace: true });
  }, [session, next]);
  const form = useForm(
    async ({ email = '', password = '', display_name = '', bio = '' }, element) => {
      const kind = new FormData(element).get('user_type');
      const user_type = kind === 'maker' ? 'maker' : 'viewer';
      await register({ email, password, user_type, profile: { display_name, bio } });
    },
    { EMAIL_TAKEN: 'email' },
  );
  const wantsStudio = next?.startsWith('/studio') ?? false;
  return (
    <form className="card form sign-in" noValidate onSubmit={form.onSubmit}>
      <h1>Open an account</h1>
      <fieldset>
        <legend>What for?</legend>
        <label className="choice">
          <input type="radio" name="user_type" value="viewer" defaultChecked={!wantsStudio} />I want
          to watch, and to make offers
        </label>
        <label className="choice">
          <input type="radio" name="user_type" value="maker" defaultChecked={wantsStudio} />I make
          things, and want to tell of them
        </label>
      </fieldset>
      <Field
        {...{ form, name: 'display_name', label: 'Your name, as others see it', maxLength: 100 }}
        autoComplete="nickname"
        required
      />
      <Field
        {...{ form, name: 'email', label: 'E-mail', type: 'email', maxLength: 255 }}
        autoComplete="username"
        required
      />
      <Field
        {...{ form, name: 'password', label: 'Password', type: 'password' }}
        hint="At least 8 characters. A few words that you remember are good."
        autoComplete="new-password"
        minLength={8}
        maxLength={128}
        required
      />
      <TextField
        {...{ form, name: 'bio', label: 'About you (if you like)', rows: 3, maxLength: 2_000 }}
        autoComplete="off"
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Open the account
      </button>
      <p>
        <Link href={`/sign-in${next ? `?next=${encodeURIComponent(next)}` : ''}`}>
          I have an account
        </Link>
      </p>
    </form>
  );
}
