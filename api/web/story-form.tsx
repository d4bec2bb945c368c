// Begins a story: what a draft needs at the least.

import type { Story } from './clip.js';
import { Field, FormProblem, TextField } from './field.js';
import { call } from './session.js';
import { useForm } from './use-form.js';
import './forms.css';

export function StoryForm({ onMade }: { onMade: (story: Story) => Promise<void> }) {
  const form = useForm(async ({ title, description, minimum_offer: least }, element) => {
    const story = await call<Story>('POST', '/stories', {
      ...{ title, description },
      minimum_offer: Number(least),
    });
    element.reset();
    await onMade(story);
  });
  return (
    <form className="card form" noValidate onSubmit={form.onSubmit}>
      <h2>A new story</h2>
      <Field {...{ form, name: 'title', label: 'Title', required: true, maxLength: 200 }} />
      <TextField
        {...{ form, name: 'description', label: 'Description', required: true }}
        {...{ rows: 3, maxLength: 5000 }}
      />
      <Field
        {...{ form, name: 'minimum_offer', label: 'Lowest offer (USD)', required: true }}
        {...{ type: 'number', min: 1, step: 0.01, defaultValue: 35 }}
      />
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Save as draft
      </button>
    </form>
  );
}
