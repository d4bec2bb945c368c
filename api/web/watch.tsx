// The watch page: a story's clips as a carousel, its words beside it.

import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

import type { Clip, Story } from './clip.js';
import { usePageTitle } from './navigation.js';
import type { PageProps } from './page-table.js';
import { Player } from './player.js';
import { RefusedError } from './session.js';
import { SignIn } from './sign-in.js';
import { useClips } from './use-clips.js';
import { useStory } from './use-story.js';

const SWIPE_PIXELS = 50;

export function Watch({ id, session }: PageProps) {
  const storyId = id ?? '';
  const signedIn = session !== null;
  const { story, problem } = useStory(storyId, signedIn);
  const { clips } = useClips(storyId, signedIn);
  usePageTitle(story?.title ?? null);
  if (problem) return <Absent problem={problem} signedIn={signedIn} />;
  if (!story) return <p className="quiet">Loading…</p>;
  return (
    <article className="watch">
      <Carousel clips={clips} />
      <div className="story">
        <h1>{story.title}</h1>
        <p className="quiet">by {story.maker.display_name}</p>
        <p>{story.description}</p>
        {story.sections.map((section) => (
          <Section key={section.type} section={section} />
        ))}
        <p>
          Offers from{' '}
          {new Intl.NumberFormat(undefined, {
            style: 'currency',
            currency: story.pricing.currency,
          }).format(story.pricing.minimum_offer)}
        </p>
      </div>
    </article>
  );
}

function Section({ section }: { section: Story['sections'][number] }) {
  return (
    <section>
      <h2>{section.type}</h2>
      <p>{section.content}</p>
    </section>
  );
}

function Carousel({ clips }: { clips: readonly Clip[] }) {
  const ready = clips.filter((clip) => clip.playable);
  const [chosen, setChosen] = useState(0);
  const start = useRef<number | null>(null);
  const clip = ready[Math.min(chosen, ready.length - 1)];
  useEffect(() => {
    if (chosen >= ready.length && ready.length > 0) setChosen(ready.length - 1);
  }, [chosen, ready.length]);
  if (!clip) {
    return (
      <p className="quiet" role="status">
        {clips.length ? 'The clips are still being made ready.' : 'This story has no clips yet.'}
      </p>
    );
  }
  const move = (step: number) =>
    setChosen((now) => Math.min(ready.length - 1, Math.max(0, now + step)));
  const onKey = (event: KeyboardEvent) => {
    // The seek slider keeps the arrows for itself.
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === 'ArrowRight') move(1);
    if (event.key === 'ArrowLeft') move(-1);
  };
  return (
    <section
      className="carousel"
      aria-roledescription="carousel"
      aria-label="Clips"
      onKeyDown={onKey}
      onTouchStart={(event) => {
        const onSlider = event.target instanceof HTMLInputElement;
        start.current = onSlider ? null : (event.touches[0]?.clientX ?? null);
      }}
      onTouchEnd={(event) => {
        const moved = (event.changedTouches[0]?.clientX ?? 0) - (start.current ?? 0);
        if (start.current !== null && Math.abs(moved) > SWIPE_PIXELS) move(moved < 0 ? 1 : -1);
        start.current = null;
      }}
    >
      <Player
        key={clip.media_id}
        mediaId={clip.media_id}
        label={clip.context ?? `Clip ${chosen + 1}`}
        placeholder={clip.placeholder}
        whole={clip.status === 'completed'}
        aspect={(clip.width ?? 16) / (clip.height ?? 9)}
      />
      <nav aria-label="Choose a clip">
        <button type="button" onClick={() => move(-1)} disabled={chosen === 0}>
          ‹ Previous
        </button>
        <ol>
          {ready.map((each, place) => (
            <li key={each.media_id}>
              <button
                type="button"
                aria-current={each === clip}
                aria-label={`Clip ${place + 1} of ${ready.length}: ${each.context ?? each.filename}`}
                onClick={() => setChosen(place)}
              >
                {place + 1}
              </button>
            </li>
          ))}
        </ol>
        <button type="button" onClick={() => move(1)} disabled={chosen === ready.length - 1}>
          Next ›
        </button>
      </nav>
      {clip.context && <p className="quiet">{clip.context}</p>}
    </section>
  );
}

function Absent({ problem, signedIn }: { problem: Error; signedIn: boolean }) {
  const absent = problem instanceof RefusedError && [401, 404].includes(problem.status);
  return (
    <>
      <p role="alert">
        {absent
          ? `There is no such story${signedIn ? '' : ', or it is a draft: sign in as its maker to see it'}.`
          : problem.message}
      </p>
      {absent && !signedIn && <SignIn />}
    </>
  );
}
