// On which terms a story takes offers: whether the first opens the auction, and a floor that nobody else sees.

import { useEffect, useState } from 'react';

import { AmountField } from './amount-field.js';
import type { Story } from './clip.js';
import { FormDone, FormProblem } from './field.js';
import { toMoney } from './money.js';
import { call } from './session.js';
import { useForm } from './use-form.js';
import './forms.css';

interface Terms {
  readonly auto_open: boolean;
  readonly floor: number | null;
  readonly currency: string;
}

export function OfferTerms({ story }: { story: Story }) {
  const path = `/stories/${story.story_id}/offer-terms`;
  const [terms, setTerms] = useState<Terms | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    call<Terms>('GET', path).then(setTerms, (error: Error) => setProblem(error.message));
  }, [path]);
  return (
    <section className="card terms" aria-labelledby="terms">
      <h2 id="terms">Your terms</h2>
      <p className="quiet">
        Offers start at {toMoney(story.pricing.minimum_offer, story.pricing.currency)}.
      </p>
      {problem && <p role="alert">{problem}</p>}
      {terms && <TermsForm terms={terms} path={path} />}
    </section>
  );
}

function TermsForm({ terms, path }: { terms: Terms; path: string }) {
  const [autoOpen, setAutoOpen] = useState(terms.auto_open);
  const form = useForm(async ({ floor }) => {
    await call('PUT', path, { auto_open: autoOpen, floor: floor ? Number(floor) : null });
  });
  return (
    <form className="form" noValidate onSubmit={form.onSubmit}>
      <label className="choice">
        <input
          type="checkbox"
          checked={autoOpen}
          onChange={(event) => setAutoOpen(event.currentTarget.checked)}
        />
        The first offer opens the auction by itself
      </label>
      <AmountField
        {...{ form, name: 'floor', min: 0 }}
        label={`Your private floor in ${terms.currency}`}
        hint="Lower offers are declined at once; nobody is told of it. Empty for none"
        defaultValue={terms.floor?.toFixed(2) ?? ''}
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Save the terms
      </button>
      <FormDone form={form}>Saved. They hold from the next offer on.</FormDone>
    </form>
  );
}
