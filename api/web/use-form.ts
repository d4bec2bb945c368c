// Sends a form: what the browser or the API finds wrong with a field stands beside it, and the keyboard goes there.

import { type FormEvent, useState } from 'react';

import { RefusedError } from './session.js';

export interface FormState {
  readonly busy: boolean;
  /** Whether it was sent, and nothing was wrong. */
  readonly done: boolean;
  /** What is wrong with the form as a whole. */
  readonly problem: string | null;
  /** Of what the API refused last, whatever it was about. */
  readonly code: string | null;
  readonly errorOf: (field: string) => string | null;
  /** Forgets what was said of the last try. */
  readonly reset: () => void;
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}

/** Which field an error code speaks of, where the API names none. */
type FieldOfCode = Readonly<Record<string, string>>;

/** @param send gets the fields by name, trimmed except passwords; it may throw what the API refused */
export function useForm(
  send: (fields: Readonly<Record<string, string>>, form: HTMLFormElement) => Promise<void>,
  fieldOfCode: FieldOfCode = {},
): FormState {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});

  const reset = () => {
    setProblem(null);
    setCode(null);
    setDone(false);
    setErrors({});
  };
  const submit = async (form: HTMLFormElement) => {
    const unfit = findUnfit(form);
    reset();
    setErrors(unfit);
    if (Object.keys(unfit).length > 0) return focusFirst(form, unfit);
    setBusy(true);
    try {
      await send(readFields(form), form);
      setDone(true);
    } catch (error) {
      const { known, rest } = sortOut(form, error as Error, fieldOfCode);
      setErrors(known);
      setProblem(rest);
      setCode(error instanceof RefusedError ? error.code : null);
      focusFirst(form, known);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    done,
    problem,
    code,
    errorOf: (field) => errors[field] ?? null,
    reset,
    onSubmit: (event) => {
      event.preventDefault();
      if (!busy) void submit(event.currentTarget);
    },
  };
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const inputsOf = (form: HTMLFormElement): Input[] =>
  [...form.elements].filter((each): each is Input => 'validity' in each && 'name' in each);

const findUnfit = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries(
    inputsOf(form)
      .filter(({ name, validity }) => name && !validity.valid)
      .map(({ name, validationMessage }) => [name, validationMessage]),
  );

const readFields = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries(
    inputsOf(form)
      .filter(({ name }) => name)
      .map(({ name, type, value }) => [name, type === 'password' ? value : value.trim()]),
  );

/** The API names a field by its path. */
function sortOut(form: HTMLFormElement, error: Error, fieldOfCode: FieldOfCode) {
  const names = new Set(inputsOf(form).map(({ name }) => name));
  if (!(error instanceof RefusedError)) return { known: {}, rest: error.message };
  const byCode = fieldOfCode[error.code];
  if (byCode && names.has(byCode)) return { known: { [byCode]: error.summary }, rest: null };
  const found = error.details.map(({ field = '', message }) => ({
    name: nameOf(field, names),
    message,
  }));
  const known = Object.fromEntries(
    found.filter(({ name }) => names.has(name)).map(({ name, message }) => [name, message]),
  );
  const rest = found.filter(({ name }) => !names.has(name));
  const words = [error.summary, ...rest.map(({ name, message }) => `${name} ${message}`)];
  return { known, rest: rest.length || found.length === 0 ? words.join(' · ') : null };
}

/** `sections.1.content` is its own name, `tags.3` is one of `tags`, and `profile.bio` is `bio`. */
function nameOf(path: string, names: ReadonlySet<string>): string {
  const parts = path.split('.');
  const prefixes = parts.map((_, at) => parts.slice(0, parts.length - at).join('.'));
  return prefixes.find((prefix) => names.has(prefix)) ?? parts.at(-1) ?? '';
}

function focusFirst(form: HTMLFormElement, errors: Readonly<Record<string, string>>) {
  inputsOf(form)
    .find(({ name }) => name in errors)
    ?.focus();
}
