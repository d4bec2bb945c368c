// One labelled field of a form, with a hint above it and what is wrong with it below.

import {
  type InputHTMLAttributes,
  type ReactNode,
  type TextareaHTMLAttributes,
  useId,
} from 'react';

import type { FormState } from './use-form.js';

interface Common {
  readonly form: FormState;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** For links that lead to it. */
  readonly id?: string | undefined;
}

export function Field({
  form,
  label,
  hint,
  ...input
}: Common & Omit<InputHTMLAttributes<HTMLInputElement>, 'form'>) {
  const { id, ids, error } = useWords(form, input, hint);
  return (
    <div className="field">
      <Words id={id} label={label} hint={hint} />
      <input {...input} {...ids} />
      {error && <Wrong id={id} error={error} />}
    </div>
  );
}

export function TextField({
  form,
  label,
  hint,
  ...area
}: Common & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'form'>) {
  const { id, ids, error } = useWords(form, area, hint);
  return (
    <div className="field">
      <Words id={id} label={label} hint={hint} />
      <textarea {...area} {...ids} />
      {error && <Wrong id={id} error={error} />}
    </div>
  );
}

/** What is wrong with the form as a whole. */
export const FormProblem = ({ form }: { form: FormState }) =>
  form.problem && <p role="alert">{form.problem}</p>;

/** Sends the form, or leaves it. */
export const FormActs = ({
  form,
  act,
  onEnd,
}: {
  form: FormState;
  act: string;
  onEnd: () => void;
}) => (
  <p className="acts">
    <button type="submit" disabled={form.busy}>
      {act}
    </button>
    <button type="button" onClick={onEnd}>
      Never mind
    </button>
  </p>
);

/** What is said once the form was sent. */
export const FormDone = ({ form, children }: { form: FormState; children: ReactNode }) => (
  <p role="status">{form.done && children}</p>
);

function useWords(
  form: FormState,
  { name, id: given }: Pick<Common, 'name' | 'id'>,
  hint: string | undefined,
) {
  const own = useId();
  const id = given ?? own;
  const error = form.errorOf(name);
  const described = [hint && `${id}hint`, error && `${id}error`].filter(Boolean).join(' ');
  const ids = {
    id,
    ...(error && { 'aria-invalid': true }),
    ...(described && { 'aria-describedby': described }),
  };
  return { id, ids, error };
}

const Words = ({ id, label, hint }: { id: string; label: string; hint: string | undefined }) => (
  <>
    <label htmlFor={id}>{label}</label>
    {hint && (
      <span className="quiet hint" id={`${id}hint`}>
        {hint}
      </span>
    )}
  </>
);

const Wrong = ({ id, error }: { id: string; error: string }) => (
  <p role="alert" id={`${id}error`} className="field-error">
    {error}
  </p>
);
