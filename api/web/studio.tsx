// The studio: a maker's stories on one side, the clips of the chosen one on the other.

import { useCallback, useEffect, useState } from 'react';

import type { Story } from './clip.js';
import { go } from './navigation.js';
import type { PageProps } from './page-table.js';
import { PictureField } from './picture-field.js';
import { call } from './session.js';
import { StoryDesk } from './story-desk.js';
import { StoryForm } from './story-form.js';
import { statusInWords } from './story-state.js';

export function Studio({ id: storyId }: PageProps) {
  const [stories, setStories] = useState<readonly Story[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const reload = useCallback(
    () =>
      call<{ stories: Story[] }>('GET', '/users/me/stories?limit=100').then(
        (page) => setStories(page.stories),
        (error: Error) => setProblem(error.message),
      ),
    [],
  );
  useEffect(() => void reload(), [reload]);
  const [avatar, setAvatar] = useState<string | null>(null);
  const readAvatar = useCallback(
    () =>
      call<{ profile: { avatar_url: string | null } }>('GET', '/users/me').then(
        ({ profile }) => setAvatar(profile.avatar_url),
        () => undefined,
      ),
    [],
  );
  useEffect(() => void readAvatar(), [readAvatar]);
  const chosen = stories?.find((story) => story.story_id === storyId);

  const remove = async (story: Story) => {
    if (!window.confirm(`Delete “${story.title}” and its clips?`)) return;
    await call('DELETE', `/stories/${story.story_id}`).catch((error: Error) =>
      setProblem(error.message),
    );
    await reload();
    go('/studio');
  };

  return (
    <div className="studio">
      <aside>
        <PictureField
          label="Your picture"
          path="/users/me/avatar"
          shown={avatar}
          onDone={() => void readAvatar()}
        />
        <h1>Your stories</h1>
        {stories?.length === 0 && <p className="quiet">None yet. Write your first one below.</p>}
        <ul className="stories">
          {stories?.map((story) => (
            <li key={story.story_id}>
              <a
                href={`/studio/${story.story_id}`}
                aria-current={story.story_id === storyId ? 'page' : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  go(`/studio/${story.story_id}`);
                }}
              >
                {story.title}
              </a>{' '}
              <span className="quiet">{statusInWords(story)}</span>
            </li>
          ))}
        </ul>
        <StoryForm
          onMade={async (made) => {
            await reload();
            go(`/studio/${made.story_id}`);
          }}
        />
      </aside>
      <div>
        {problem && <p role="alert">{problem}</p>}
        {chosen ? (
          <StoryDesk
            key={chosen.story_id}
            story={chosen}
            onChange={reload}
            onDelete={() => void remove(chosen)}
          />
        ) : (
          <p className="quiet">Choose a story, or write a new one, to add clips to it.</p>
        )}
      </div>
    </div>
  );
}
