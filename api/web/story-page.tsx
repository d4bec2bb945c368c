// A published story as everybody may see it: its clips, its words, who made it, and what others say of it.

import { useEffect, useRef } from 'react';

import { Carousel } from './carousel.js';
import type { Story } from './clip.js';
import { Comments } from './comments.js';
import { Link, usePageTitle } from './navigation.js';
import { OfferPanel } from './offer-panel.js';
import type { PageProps } from './page-table.js';
import { SaveButton } from './save-button.js';
import { call, RefusedError } from './session.js';
import { StoryMaker } from './story-maker.js';
import { StoryWords } from './story-words.js';
import { useStory } from './use-story.js';
import './story-page.css';

export function StoryPage({ id, session }: PageProps) {
  const storyId = id ?? '';
  return <Shown key={storyId} storyId={storyId} session={session} />;
}

function Shown({ storyId, session }: { storyId: string; session: PageProps['session'] }) {
  const { story, problem, retry } = useStory(storyId, session !== null);
  usePageTitle(story?.title ?? null);
  useView(story);
  if (problem) return <Gone problem={problem} onRetry={retry} />;
  if (!story) return <p className="quiet">Loading…</p>;
  const isOwn = session?.user_id === story.maker.maker_id;
  return (
    <article className="story-page">
      <header>
        <h1>{story.title}</h1>
        <p className="quiet">
          by <Link href={`/makers/${story.maker.maker_id}`}>{story.maker.display_name}</Link>
        </p>
        {story.status !== 'published' && (
          <p className="card" role="status">
            Only you see this story so far: it is {story.status}.
          </p>
        )}
      </header>
      <div className="story-clips">
        <Clips story={story} />
        <StoryWords story={story} />
      </div>
      <aside aria-label="Offers and maker">
        <OfferPanel story={story} session={session} isOwn={isOwn} reload={retry} />
        {story.status === 'published' && <SaveButton storyId={storyId} session={session} />}
        <StoryMaker maker={story.maker} />
      </aside>
      <Comments storyId={storyId} session={session} ownStory={isOwn} />
    </article>
  );
}

function Clips({ story }: { story: Story }) {
  const ready = story.media.carousel.filter((clip) => clip.video_url !== null);
  if (ready.length === 0) return <p className="quiet">The clips are still being made ready.</p>;
  const clips = ready.map((clip) => ({
    ...clip,
    whole: clip.status === 'completed',
  }));
  return <Carousel clips={clips} />;
}

/** Tells the API once that somebody sees it; whether it counts is decided there. */
function useView(story: Story | null) {
  const told = useRef(false);
  const isShown = story?.status === 'published';
  const storyId = story?.story_id;
  useEffect(() => {
    if (!isShown || told.current) return;
    told.current = true;
    call('POST', `/stories/${storyId}/views`).catch(() => undefined);
  }, [storyId, isShown]);
}

function Gone({ problem, onRetry }: { problem: Error; onRetry: () => void }) {
  const isGone = problem instanceof RefusedError && problem.status === 404;
  usePageTitle(isGone ? 'This story is not here' : 'The story cannot be shown');
  return (
    <div className="notice" role="alert">
      <h1>{isGone ? 'This story is not here' : 'The story cannot be shown right now'}</h1>
      {isGone ? (
        <p>
          It may have been put away by its maker, or the address may be wrong.{' '}
          <Link href="/">See the other stories</Link>
        </p>
      ) : (
        <p>
          {problem.message}{' '}
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}
