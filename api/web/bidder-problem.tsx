import { FormProblem } from './field.js';
import { Link } from './navigation.js';
import type { FormState } from './use-form.js';

/** Why somebody may not buy, with the way there where there is one. */
export const BidderProblem = ({ form }: { form: FormState }) => (
  <>
    <FormProblem form={form} />
    {form.code === 'EMAIL_NOT_VERIFIED' && (
      <p>
        <Link href="/account">Verify it on your account page</Link>
      </p>
    )}
  </>
);
