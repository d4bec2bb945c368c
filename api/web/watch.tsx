// The watch page: a story's clips as a carousel, its words beside it.

import { Carousel } from './carousel.js';
import type { Clip, Story } from './clip.js';
import { toMoney } from './money.js';
import { usePageTitle } from './navigation.js';
import type { PageProps } from './page-table.js';
import { RefusedError } from './session.js';
import { SignIn } from './sign-in.js';
import { useClips } from './use-clips.js';
import { useStory } from './use-story.js';

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
      <Clips clips={clips} />
      <div className="story">
        <h1>{story.title}</h1>
        <p className="quiet">by {story.maker.display_name}</p>
        <p>{story.description}</p>
        {story.sections.map((section) => (
          <Section key={section.type} section={section} />
        ))}
        <p>Offers from {toMoney(story.pricing.minimum_offer, story.pricing.currency)}</p>
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

function Clips({ clips }: { clips: readonly Clip[] }) {
  const ready = clips.filter((clip) => clip.playable);
  if (ready.length > 0) {
    const shown = ready.map((clip) => ({
      ...clip,
      name: clip.filename,
      whole: clip.status === 'completed',
    }));
    return <Carousel clips={shown} />;
  }
  return (
    <p className="quiet" role="status">
      {clips.length ? 'The clips are still being made ready.' : 'This story has no clips yet.'}
    </p>
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
