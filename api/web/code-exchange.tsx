// Two steps that prove an address: a code is sent to it, and is given back.

import { type ReactNode, useState } from 'react';

import { Field, FormProblem } from './field.js';
import { type FormState, useForm } from './use-form.js';

interface Props {
  /** On the button of the first step. */
  readonly ask: string;
  /** The fields of the first step. */
  readonly children?: (form: FormState) => ReactNode;
  /** @returns where the code went to */
  readonly onAsk: (fields: Readonly<Record<string, string>>) => Promise<string>;
  readonly onCode: (code: string) => Promise<void>;
}

export function CodeExchange({ ask, children, onAsk, onCode }: Props) {
  const [target, setTarget] = useState<string | null>(null);
  const asking = useForm(async (fields) => setTarget(await onAsk(fields)));
  const giving = useForm(async ({ code = '' }) => {
    await onCode(code);
    setTarget(null);
  });
  if (target === null) {
    return (
      <form key="ask" className="form" noValidate onSubmit={asking.onSubmit}>
        {children?.(asking)}
        <FormProblem form={asking} />
        <button type="submit" disabled={asking.busy}>
          {ask}
        </button>
      </form>
    );
  }
  return (
    <form key="give" className="form" noValidate onSubmit={giving.onSubmit}>
      <Field
        {...{ form: giving, name: 'code', inputMode: 'numeric', pattern: '\\d{6}' }}
        label={`The code that was sent to ${target}`}
        title="Six digits"
        autoComplete="one-time-code"
        autoFocus
        required
      />
      <FormProblem form={giving} />
      <p className="acts">
        <button type="submit" disabled={giving.busy}>
          Confirm
        </button>
        <button type="button" onClick={() => setTarget(null)}>
          Start over
        </button>
      </p>
    </form>
  );
}
