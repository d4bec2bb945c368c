// Why somebody may not buy, with the way out where there is one.

import { FormProblem } from './field.js';
import { Link } from './navigation.js';
import type { FormState } from './use-form.js';

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
