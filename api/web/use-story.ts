import { useEffect, useState } from 'react';

import type { Story } from './clip.js';
import { call } from './session.js';

/** The story, or why it cannot be shown; asked for anew when somebody signs in or out. */
export function useStory(storyId: string, signedIn: boolean) {
  const [story, setStory] = useState<Story | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: who asks decides the answer, and a retry asks again
  useEffect(() => {
    setProblem(null);
    call<Story>('GET', `/stories/${storyId}`).then(setStory, setProblem);
  }, [storyId, signedIn, turn]);
  return { story, problem, retry: () => setTurn(turn + 1) };
}
