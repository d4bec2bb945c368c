// Leaving for good.

import type { Account } from './account.js';
import { FormProblem } from './field.js';
import { go } from './navigation.js';
import { call, saveSession } from './session.js';
import { useForm } from './use-form.js';

export function AccountDeletion({ account }: { account: Account }) {
  const form = useForm(async () => {
    await call('DELETE', '/users/me');
    saveSession(null);
    go('/');
  });
  const stories = account.user_type === 'maker' ? ' Your stories are shown no more.' : '';
  return (
    <form className="card form" aria-labelledby="deletion" noValidate onSubmit={form.onSubmit}>
      <h2 id="deletion">Delete the account</h2>
      <p>You are signed out everywhere, and cannot sign in again.{stories}</p>
      <label className="choice">
        <input type="checkbox" name="sure" required />I am sure
      </label>
      {form.errorOf('sure') && <p role="alert">Tick the box if you are sure.</p>}
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Delete my account
      </button>
    </form>
  );
}
