// Keeps a story for later, or no longer.

import { useEffect, useState } from 'react';

import { Link } from './navigation.js';
import { call, type Session } from './session.js';

export function SaveButton({ storyId, session }: { storyId: string; session: Session | null }) {
  const [saved, setSaved] = useState<boolean | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const path = `/stories/${storyId}/save`;
  const userId = session?.user_id;
  useEffect(() => {
    setSaved(null);
    if (!userId) return;
    call<{ saved: boolean }>('GET', path).then(
      (answer) => setSaved(answer.saved),
      () => setSaved(false),
    );
  }, [path, userId]);
  if (!session) {
    return (
      <p>
        <Link href={`/sign-in?next=/stories/${storyId}`}>Sign in to save this story</Link>
      </p>
    );
  }
  const toggle = async () => {
    setProblem(null);
    setSaved(!saved);
    await call(saved ? 'DELETE' : 'PUT', path).catch((error: Error) => {
      setSaved(saved);
      setProblem(error.message);
    });
  };
  return (
    <div>
      <button
        type="button"
        className="save"
        aria-pressed={saved ?? false}
        disabled={saved === null}
        onClick={() => void toggle()}
      >
        {saved ? '★ Saved' : '☆ Save'}
      </button>
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
