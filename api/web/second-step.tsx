import { Field, FormProblem } from './field.js';
import { confirmSignIn, RefusedError } from './session.js';
import { useForm } from './use-form.js';

/** The second step of signing in: a code of the authenticator, or one for recovery. */
export function SecondStep({ mfaToken, onGiveUp }: { mfaToken: string; onGiveUp: () => void }) {
  const form = useForm(
    async ({ code = '' }) => {
      try {
        await confirmSignIn(mfaToken, code);
      } catch (error) {
        if (error instanceof RefusedError && error.code === 'INVALID_TOKEN') return onGiveUp();
        throw error;
      }
    },
    { INVALID_SECOND_FACTOR: 'code' },
  );
  return (
    <form className="card form sign-in" noValidate onSubmit={form.onSubmit}>
      <h1>One more step</h1>
      <Field
        {...{ form, name: 'code', minLength: 6, maxLength: 32 }}
        label="Code of your authenticator, or one of your recovery codes"
        autoComplete="one-time-code"
        autoFocus
        required
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Sign in
      </button>
      <button type="button" className="link" onClick={onGiveUp}>
        Start over
      </button>
    </form>
  );
}
