// The sections of a story, each in its field: written, put in order, left out and added.

import { Fragment } from 'react';

import { TextField } from './field.js';
import { isFilled, type StoryText, sectionField } from './story-text.js';
import { SECTION_TITLES } from './story-words.js';
import type { FormState } from './use-form.js';

type Sections = StoryText['sections'];

interface Props {
  readonly form: FormState;
  readonly sections: Sections;
  readonly onChange: (sections: Sections) => void;
}

export function SectionList({ form, sections, onChange }: Props) {
  const absent = Object.keys(SECTION_TITLES).filter(
    (kind) => !sections.some(({ type }) => type === kind),
  );
  const leaveOut = (section: Sections[number], title: string) => {
    if (isFilled(section) && !window.confirm(`Leave out “${title}” and what it says?`)) return;
    onChange(sections.filter((each) => each !== section));
  };
  return (
    <fieldset id="story-sections" tabIndex={-1}>
      <legend>Sections</legend>
      {sections.map((section, at) => {
        const title = SECTION_TITLES[section.type] ?? section.type;
        return (
          <div key={section.type} className="section-edit">
            <TextField
              {...{ form, name: sectionField(sections, at), label: title, rows: 4 }}
              maxLength={5000}
              value={section.content}
              onChange={({ currentTarget: { value } }) =>
                onChange(
                  sections.map((each) => (each === section ? { ...each, content: value } : each)),
                )
              }
            />
            <p className="acts">
              <button
                type="button"
                disabled={at === 0}
                aria-label={`Move ${title} up`}
                onClick={() => onChange(moved(sections, at, -1))}
              >
                ↑
              </button>
              <button
                type="button"
                disabled={at === sections.length - 1}
                aria-label={`Move ${title} down`}
                onClick={() => onChange(moved(sections, at, 1))}
              >
                ↓
              </button>
              <button
                type="button"
                aria-label={`Leave out ${title}`}
                onClick={() => leaveOut(section, title)}
              >
                Leave out
              </button>
            </p>
          </div>
        );
      })}
      {absent.map((kind) => (
        <Fragment key={kind}>
          <button
            type="button"
            onClick={() => onChange([...sections, { type: kind, content: '' }])}
          >
            Add “{SECTION_TITLES[kind]}”
          </button>{' '}
        </Fragment>
      ))}
    </fieldset>
  );
}

function moved(sections: Sections, at: number, by: number): Sections {
  const next = [...sections];
  next.splice(at + by, 0, ...next.splice(at, 1));
  return next;
}
