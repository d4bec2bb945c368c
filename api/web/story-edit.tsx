// Changes what a story says: its words, where it is found, its lowest offer, and its sections.

import { useState } from 'react';

import { CATEGORIES } from './categories.js';
import type { Story } from './clip.js';
import { Field, FormDone, FormProblem, TextField } from './field.js';
import { call } from './session.js';
import { SECTION_TITLES } from './story-words.js';
import { useForm } from './use-form.js';
import './forms.css';

export function StoryEdit({ story, onSaved }: { story: Story; onSaved: () => Promise<void> }) {
  const [kinds, setKinds] = useState<readonly string[]>(() =>
    story.sections.length ? story.sections.map(({ type }) => type) : ['overview'],
  );
  const form = useForm(async (fields) => {
    await call('PATCH', `/stories/${story.story_id}`, {
      title: fields.title,
      description: fields.description,
      category: fields.category || null,
      tags: toTags(fields.tags ?? ''),
      minimum_offer: Number(fields.minimum_offer),
      sections: kinds
        .map((type) => ({ type, content: fields[`section-${type}`] ?? '' }))
        .filter(({ content }) => content !== ''),
    });
    await onSaved();
  });
  const contentOf = (kind: string) =>
    story.sections.find(({ type }) => type === kind)?.content ?? '';
  const left = Object.keys(SECTION_TITLES).filter((kind) => !kinds.includes(kind));
  const move = (at: number, by: number) =>
    setKinds((now) => {
      const next = [...now];
      const [moved] = next.splice(at, 1);
      if (moved !== undefined) next.splice(at + by, 0, moved);
      return next;
    });

  return (
    <form className="card form" noValidate onSubmit={form.onSubmit} aria-label="The story">
      <h2>What it says</h2>
      <div id="story-title">
        <Field
          {...{ form, name: 'title', label: 'Name of the piece', required: true }}
          maxLength={200}
          defaultValue={story.title}
        />
      </div>
      <div id="story-description">
        <TextField
          {...{ form, name: 'description', label: 'What it is', required: true, rows: 4 }}
          maxLength={5000}
          defaultValue={story.description}
        />
      </div>
      <Field
        {...{ form, name: 'category', label: 'Craft' }}
        list="crafts"
        maxLength={50}
        defaultValue={story.category ?? ''}
      />
      <datalist id="crafts">
        {CATEGORIES.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field
        {...{ form, name: 'tags', label: 'Tags', hint: 'At most ten, with commas between them' }}
        defaultValue={story.tags.join(', ')}
      />
      <div id="story-minimum_offer">
        <Field
          {...{ form, name: 'minimum_offer', required: true }}
          label={`Lowest offer in ${story.pricing.currency}`}
          type="number"
          min={1}
          step={0.01}
          defaultValue={story.pricing.minimum_offer}
        />
      </div>
      <fieldset id="story-sections">
        <legend>Sections</legend>
        {kinds.map((kind, at) => {
          const title = SECTION_TITLES[kind] ?? kind;
          return (
            <div key={kind} className="section-edit">
              <TextField
                {...{ form, name: `section-${kind}`, label: title, rows: 4 }}
                maxLength={5000}
                defaultValue={contentOf(kind)}
              />
              <p className="acts">
                <button
                  type="button"
                  disabled={at === 0}
                  aria-label={`Move ${title} up`}
                  onClick={() => move(at, -1)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  disabled={at === kinds.length - 1}
                  aria-label={`Move ${title} down`}
                  onClick={() => move(at, 1)}
                >
                  ↓
                </button>
                <button
                  type="button"
                  aria-label={`Leave out ${title}`}
                  onClick={() => setKinds(kinds.filter((each) => each !== kind))}
                >
                  Leave out
                </button>
              </p>
            </div>
          );
        })}
        {left.map((kind) => (
          <button key={kind} type="button" onClick={() => setKinds([...kinds, kind])}>
            Add “{SECTION_TITLES[kind]}”
          </button>
        ))}
      </fieldset>
      <FormProblem form={form} />
      <button type="submit" disabled={form.busy}>
        Save the story
      </button>
      <FormDone form={form}>Saved.</FormDone>
    </form>
  );
}

const toTags = (text: string): string[] =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
