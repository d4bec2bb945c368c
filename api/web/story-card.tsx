import { Avatar } from './avatar.js';
import { Link } from './navigation.js';
import type { FeedStory } from './use-feed.js';

/** A story in a list: its poster, its title, who made it and how long its first clip is. */
export function StoryCard({ story }: { story: FeedStory }) {
  const { maker, thumbnail_url: poster, video_duration: seconds } = story;
  return (
    <article className="story-card">
      <Link href={`/stories/${story.story_id}`} className="poster" tabIndex={-1} aria-hidden="true">
        {poster && <img src={poster} alt="" loading="lazy" decoding="async" />}
        {seconds !== null && <span className="length">{toClock(seconds)}</span>}
      </Link>
      <h2>
        <Link href={`/stories/${story.story_id}`}>{story.title}</Link>
      </h2>
      <p className="by">
        <Avatar name={maker.display_name} url={maker.avatar_url} />
        <Link href={`/makers/${maker.maker_id}`}>{maker.display_name}</Link>
        {seconds !== null && <span className="visually-hidden">, {seconds} seconds</span>}
      </p>
    </article>
  );
}

const toClock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
