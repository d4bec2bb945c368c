// Where a maker's story stands: the verdict, all that is missing, and the moves that are possible.

import { useCallback, useEffect, useRef, useState } from 'react';

import { Link } from './navigation.js';
import { call } from './session.js';
import { missingInWords, type StoryState, statusInWords } from './story-state.js';
import { StoryVerdict } from './story-verdict.js';

interface Move {
  readonly label: string;
  readonly done: string;
  readonly ask?: string;
  /** It takes the story as it is saved: what is not would be lost from sight. */
  readonly wantsSaved?: boolean;
}

/** Of those that the API knows, the maker's own that change the status. */
const MOVES: Readonly<Record<string, Move>> = {
  submit: {
    label: 'Submit for review',
    done: 'Submitted. You will see the verdict here.',
    wantsSaved: true,
  },
  withdraw: { label: 'Take it back', done: 'It is a draft again.' },
  revise: { label: 'Revise it', done: 'It is a draft again: change it, and submit it anew.' },
  archive: {
    label: 'Archive',
    done: 'Archived.',
    ask: 'Archive this story? Nobody finds it until you bring it back.',
    wantsSaved: true,
  },
  restore: { label: 'Publish it again', done: 'Published again.' },
};

/** Clips become ready, and editors decide, while the page is open. */
const LOOK_EVERY_MS = 5_000;

interface Props {
  readonly storyId: string;
  /** Changes whenever the story was saved, or its clips have. */
  readonly version: string;
  /** Whether words were written that are not saved. */
  readonly unsaved: boolean;
  /** Also where somebody else has moved it. */
  readonly onMoved: () => void;
}

export function StoryStanding({ storyId, version, unsaved, onMoved }: Props) {
  const [state, setState] = useState<StoryState | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  /** Why the standing shown may be old. */
  const [unread, setUnread] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const read = useCallback(
    () =>
      call<StoryState>('GET', `/stories/${storyId}/state`).then(
        (found) => {
          setState(found);
          setUnread(null);
        },
        (error: Error) => setUnread(error.message),
      ),
    [storyId],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is missing changes with the story
  useEffect(() => void read(), [read, version]);

  useEffect(() => {
    const look = setInterval(() => {
      if (document.visibilityState === 'visible') void read();
    }, LOOK_EVERY_MS);
    return () => clearInterval(look);
  }, [read]);

  const standing = state && `${state.status} ${state.takedown?.at}`;
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (shown.current && standing !== shown.current) onMoved();
    shown.current = standing;
  }, [standing, onMoved]);

  const make = async (move: string, { done, ask, wantsSaved }: Move) => {
    if (wantsSaved && unsaved) {
      setProblem('What you wrote is not saved yet: save the story, or discard it, before.');
      return;
    }
    if (ask && !window.confirm(ask)) return;
    setBusy(true);
    setProblem(null);
    setSaid('');
    try {
      setState(await call<StoryState>('POST', `/stories/${storyId}/${move}`));
      setSaid(done);
    } catch (error) {
      setProblem((error as Error).message);
      await read();
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className="card" aria-label="Review">
      <h2>{state ? statusInWords(state) : 'Review'}</h2>
      {state && <StoryVerdict state={state} />}
      {state?.status === 'draft' && state.missing.length > 0 && (
        <>
          <p>Before it can be submitted:</p>
          <ul>
            {state.missing.map((need) => (
              <li key={need.field}>
                <a href={anchorOf(need.field)}>{missingInWords(need)}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="acts">
        {Object.entries(MOVES).map(
          ([name, move]) =>
            state?.possible_moves.includes(name) && (
              <button
                key={name}
                type="button"
                disabled={busy}
                onClick={() => void make(name, move)}
              >
                {move.label}
              </button>
            ),
        )}
        {state?.status === 'published' && !state.takedown && (
          <Link href={`/stories/${storyId}`}>See it as everybody does</Link>
        )}
      </p>
      <p role="status">{said}</p>
      {(problem ?? unread) && <p role="alert">{problem ?? unread}</p>}
    </section>
  );
}

/** Where on the page the missing thing is written. */
const anchorOf = (field: string): string =>
  field.startsWith('clips') ? '#clips' : `#story-${field.split('.')[0]}`;
