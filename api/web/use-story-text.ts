// What is being written of a story, kept in this tab until it is saved, whatever becomes of the page or the session.

import { useEffect, useState } from 'react';

import type { Story } from './clip.js';
import { call } from './session.js';
import { type StoryText, textOf, toEdit } from './story-text.js';

interface Kept {
  readonly text: StoryText;
  /** Of what was there when the writing began. */
  readonly etag: string;
}

export interface StoryWriting {
  readonly text: StoryText;
  readonly unsaved: boolean;
  readonly write: (part: Partial<StoryText>) => void;
  /**
   * @param over writes also over what somebody else has changed meanwhile
   * @throws RefusedError STORY_CHANGED
   */
  readonly save: (over: boolean) => Promise<void>;
  readonly discard: () => void;
}

export function useStoryText(story: Story): StoryWriting {
  const key = `video-window.text.${story.story_id}`;
  const [kept, setKept] = useState<Kept | null>(() => readKept(key));
  const saved = textOf(story);
  const text = kept?.text ?? saved;
  useEffect(() => {
    if (kept) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
  }, [kept, key]);
  useWarning(kept !== null);

  return {
    text,
    unsaved: kept !== null,
    write: (part) =>
      setKept((now) => {
        const next = { text: { ...(now?.text ?? saved), ...part }, etag: now?.etag ?? story.etag };
        return next.etag === story.etag && isSame(next.text, saved) ? null : next;
      }),
    save: async (over) => {
      const options = kept && !over ? { ifMatch: kept.etag } : {};
      const { etag } = await call<Story>(
        'PATCH',
        `/stories/${story.story_id}`,
        toEdit(text),
        options,
      );
      // What was written while it was sent is still to be saved.
      setKept((now) => (now && !isSame(now.text, text) ? { ...now, etag } : null));
    },
    discard: () => setKept(null),
  };
}

/** The browser asks before a tab is closed with words that are not saved. */
function useWarning(unsaved: boolean) {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);
}

const isSame = (one: StoryText, other: StoryText) =>
  JSON.stringify(toEdit(one)) === JSON.stringify(toEdit(other));

function readKept(key: string): Kept | null {
  const stored = sessionStorage.getItem(key);
  return stored ? (JSON.parse(stored) as Kept) : null;
}
