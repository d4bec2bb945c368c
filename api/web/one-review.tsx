// One story under moderation, by its own address: editors send it to each other.

import { useCallback, useEffect, useState } from 'react';

import type { Story } from './clip.js';
import { Link } from './navigation.js';
import { type Review, ReviewCard } from './review-card.js';
import { call } from './session.js';
import type { StoryState } from './story-state.js';

export function OneReview({ storyId }: { storyId: string }) {
  const [review, setReview] = useState<Review | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const read = useCallback(async () => {
    try {
      const [story, state] = await Promise.all([
        call<Story>('GET', `/stories/${storyId}`),
        call<StoryState>('GET', `/stories/${storyId}/state`),
      ]);
      setReview({ story, state });
      setProblem(null);
    } catch (error) {
      setProblem((error as Error).message);
    }
  }, [storyId]);
  useEffect(() => void read(), [read]);
  return (
    <>
      <h1>Moderation</h1>
      <p>
        <Link href="/moderation">All that waits</Link>
      </p>
      <p role="status">{said}</p>
      {!review && !problem && <p className="quiet">Loading…</p>}
      {review && (
        <ReviewCard
          review={review}
          onDecided={(words) => {
            setSaid(words);
            void read();
          }}
        />
      )}
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}
