// The moderation page: which submitted stories wait for a decision.

import { useEffect, useState } from 'react';

import type { Story } from './clip.js';
import { call } from './session.js';

export function Moderation() {
  const [stories, setStories] = useState<readonly Story[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    call<{ stories: { story: Story }[] }>('GET', '/admin/stories?limit=100').then(
      (page) => setStories(page.stories.map(({ story }) => story)),
      (error: Error) => setProblem(error.message),
    );
  }, []);
  return (
    <>
      <h1>Moderation</h1>
      {problem && <p role="alert">{problem}</p>}
      {stories?.length === 0 && <p className="quiet">Nothing waits for a decision.</p>}
      <ul>
        {stories?.map(({ story_id: storyId, title }) => (
          <li key={storyId}>
            <a href={`/watch/${storyId}`}>{title}</a>
          </li>
        ))}
      </ul>
    </>
  );
}
