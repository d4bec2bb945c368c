// A list of stories with a button for more of them; what came is said aloud, and the keyboard goes on from there.

import { type ReactNode, useEffect, useRef } from 'react';

import { restoreScroll } from './navigation.js';
import { StoryCard } from './story-card.js';
import type { FeedList } from './use-feed.js';
import './story-list.css';

export function StoryList({ list, empty }: { list: FeedList; empty: ReactNode }) {
  const { stories, total, hasMore, busy, problem } = list;
  const items = useRef<HTMLUListElement>(null);
  const first = useRef<number | null>(null);
  const count = stories?.length ?? 0;
  const isThere = stories !== null;
  useEffect(() => {
    if (isThere) restoreScroll();
  }, [isThere]);
  useEffect(() => {
    if (first.current === null || count <= first.current) return;
    const links = items.current?.children[first.current]?.querySelectorAll('h2 a');
    (links?.[0] as HTMLElement | undefined)?.focus({ preventScroll: true });
    first.current = null;
  }, [count]);
  const more = () => {
    first.current = count;
    void list.more();
  };
  return (
    <div aria-busy={busy}>
      <p role="status" className={count > 0 ? 'quiet' : 'quiet empty'}>
        {stories === null
          ? !problem && 'Loading…'
          : count > 0 && `${count} of ${total === 1 ? 'one story' : `${total} stories`}`}
      </p>
      {count === 0 && isThere && <div className="notice">{empty}</div>}
      <ul className="story-list" ref={items}>
        {stories?.map((story) => (
          <li key={story.story_id}>
            <StoryCard story={story} />
          </li>
        ))}
      </ul>
      {problem && (
        <p role="alert">
          {problem}{' '}
          <button type="button" onClick={list.retry}>
            Try again
          </button>
        </p>
      )}
      {hasMore && !problem && (
        <p className="more">
          <button type="button" onClick={more} disabled={busy}>
            {busy ? 'Loading…' : 'More stories'}
          </button>
        </p>
      )}
    </div>
  );
}
