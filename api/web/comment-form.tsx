import { useRef } from 'react';

import { FormProblem, TextField } from './field.js';
import { useForm } from './use-form.js';
import './forms.css';

/** Writes one comment; sent twice by accident it is still one. */
export function CommentForm({
  onSend,
}: {
  onSend: (text: string, idempotencyKey: string) => Promise<void>;
}) {
  const sending = useRef<{ readonly text: string; readonly key: string } | null>(null);
  const form = useForm(async ({ text = '' }, element) => {
    if (sending.current?.text !== text) sending.current = { text, key: crypto.randomUUID() };
    await onSend(text, sending.current.key);
    sending.current = null;
    element.reset();
  });
  return (
    <form className="form comment-form" noValidate onSubmit={form.onSubmit}>
      <TextField
        {...{ form, name: 'text', label: 'Your comment', rows: 3, maxLength: 1_000 }}
        required
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Write it
      </button>
    </form>
  );
}
