// Changes what a story says: its words, where it is found, its lowest offer, and its sections.

import { useRef } from 'react';

import { CATEGORIES } from './categories.js';
import type { Story } from './clip.js';
import { Field, FormDone, FormProblem, TextField } from './field.js';
import { SectionList } from './section-list.js';
import type { StoryText } from './story-text.js';
import { useForm } from './use-form.js';
import type { StoryWriting } from './use-story-text.js';
import './forms.css';

interface Props {
  readonly story: Story;
  readonly writing: StoryWriting;
  readonly onSaved: () => Promise<void>;
}

export function StoryEdit({
  story,
  writing: { text, unsaved, write, ...writing },
  onSaved,
}: Props) {
  const over = useRef(false);
  const form = useForm(async () => {
    const isOver = over.current;
    over.current = false;
    await writing.save(isOver);
    await onSaved();
  });
  const bind = (part: Exclude<keyof StoryText, 'sections'>) => ({
    value: text[part],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      write({ [part]: value }),
  });

  return (
    <form className="card form" noValidate onSubmit={form.onSubmit} aria-label="The story">
      <h2>What it says</h2>
      <Field
        {...{ form, name: 'title', id: 'story-title', label: 'Name of the piece', required: true }}
        {...bind('title')}
        maxLength={200}
      />
      <TextField
        {...{ form, name: 'description', id: 'story-description', label: 'What it is' }}
        {...{ ...bind('description'), required: true, rows: 4, maxLength: 5000 }}
      />
      <Field
        {...{ form, name: 'category', label: 'Craft', list: 'crafts', maxLength: 50 }}
        {...bind('category')}
      />
      <datalist id="crafts">
        {CATEGORIES.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field
        {...{ form, name: 'tags', label: 'Tags', hint: 'At most ten, with commas between them' }}
        {...bind('tags')}
      />
      <Field
        {...{ form, name: 'minimum_offer', id: 'story-minimum_offer', required: true }}
        label={`Lowest offer in ${story.pricing.currency}`}
        {...{ ...bind('minimumOffer'), type: 'number', min: 1, step: 0.01 }}
      />
      <SectionList
        {...{ form, sections: text.sections }}
        onChange={(sections) => write({ sections })}
      />
      <FormProblem form={form} />
      <p className="acts">
        <button type="submit" disabled={form.busy}>
          Save the story
        </button>
        {form.code === 'STORY_CHANGED' && (
          <button
            type="submit"
            disabled={form.busy}
            onClick={() => {
              over.current = true;
            }}
          >
            Save mine over it
          </button>
        )}
        {unsaved && (
          <button
            type="button"
            disabled={form.busy}
            onClick={() => {
              writing.discard();
              form.reset();
              void onSaved();
            }}
          >
            Discard what I wrote
          </button>
        )}
      </p>
      {unsaved && <p className="quiet">Not saved yet. It is kept in this tab meanwhile.</p>}
      <FormDone form={form}>{!unsaved && 'Saved.'}</FormDone>
    </form>
  );
}
