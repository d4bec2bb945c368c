import { type FormEvent, useState } from 'react';

import type { Story } from './clip.js';
import { call } from './session.js';

/** Writes a new draft. */
export function StoryForm({ onMade }: { onMade: (story: Story) => Promise<void> }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    setBusy(true);
    setProblem(null);
    try {
      const story = await call<Story>('POST', '/stories', {
        title: fields.get('title'),
        description: fields.get('description'),
        minimum_offer: Number(fields.get('minimum_offer')),
      });
      form.reset();
      await onMade(story);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} className="card">
      <h2>A new story</h2>
      <label>
        Title
        <input name="title" required maxLength={200} />
      </label>
      <label>
        Description
        <textarea name="description" required rows={3} />
      </label>
      <label>
        Lowest offer (USD)
        <input name="minimum_offer" type="number" min={1} step={0.01} defaultValue={35} required />
      </label>
      {problem && <p role="alert">{problem}</p>}
      <button type="submit" disabled={busy}>
        Save as draft
      </button>
    </form>
  );
}
