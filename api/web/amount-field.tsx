// One field for an amount of money, to the cent.

import type { InputHTMLAttributes } from 'react';

import { Field } from './field.js';
import type { FormState } from './use-form.js';

export const AmountField = (
  props: { form: FormState; name: string; label: string; hint?: string } & Omit<
    InputHTMLAttributes<HTMLInputElement>,
    'form' | 'type'
  >,
) => <Field {...props} type="number" inputMode="decimal" step="0.01" autoComplete="off" />;
