// Another password, or a first one.

import { Field, FormDone, FormProblem } from './field.js';
import { call } from './session.js';
import { useForm } from './use-form.js';

export function AccountPassword() {
  const form = useForm(
    async ({ current_password: current, password }, element) => {
      await call('POST', '/users/me/password', {
        ...(current && { current_password: current }),
        password,
      });
      element.reset();
    },
    { WRONG_PASSWORD: 'current_password' },
  );
  return (
    <form className="card form" aria-labelledby="password" noValidate onSubmit={form.onSubmit}>
      <h2 id="password">Password</h2>
      <Field
        {...{ form, name: 'current_password', label: 'Current password', type: 'password' }}
        hint="Leave it empty if you have none, because you sign in elsewhere."
        autoComplete="current-password"
      />
      <Field
        {...{ form, name: 'password', label: 'New password', type: 'password' }}
        hint="At least 8 characters. You stay signed in here, and are signed out elsewhere."
        autoComplete="new-password"
        minLength={8}
        maxLength={128}
        required
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Change the password
      </button>
      <FormDone form={form}>Your password is changed.</FormDone>
    </form>
  );
}
