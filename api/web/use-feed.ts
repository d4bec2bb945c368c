// A list of stories that grows by the page, and that is as long as it was when somebody comes back to it.

import { useCallback, useEffect, useRef, useState } from 'react';

import { call } from './session.js';

export interface FeedStory {
  readonly story_id: string;
  readonly title: string;
  readonly maker: {
    readonly maker_id: string;
    readonly display_name: string;
    readonly avatar_url: string | null;
  };
  readonly thumbnail_url: string | null;
  /** Whole seconds. */
  readonly video_duration: number | null;
  readonly created_at: string;
}

export interface FeedList {
  readonly stories: readonly FeedStory[] | null;
  readonly total: number;
  readonly hasMore: boolean;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly more: () => Promise<void>;
  readonly retry: () => void;
}

interface FeedPage {
  readonly stories: readonly FeedStory[];
  readonly pagination: { readonly total: number; readonly has_more: boolean };
  /** Lists that are paged alone have none. */
  readonly next_cursor?: string | null;
}

type Next = Readonly<Record<string, string>>;

const PAGE = 20;
const MOST = 100;

/** @param path `/feed` with its query, or another list of stories; another path begins another list */
export function useFeed(path: string): FeedList {
  const [stories, setStories] = useState<readonly FeedStory[] | null>(null);
  const [end, setEnd] = useState<{ total: number; next: Next | null }>({ total: 0, next: null });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const wanted = useRef(path);
  wanted.current = path;
  // What comes after the page was left belongs to no place in the history any more.
  useEffect(
    () => () => {
      wanted.current = '';
    },
    [],
  );

  const read = useCallback(
    async (known: readonly FeedStory[], next: Next | null, limit: number) => {
      setBusy(true);
      setProblem(null);
      try {
        const page = await call<FeedPage>('GET', withQuery(path, { limit: `${limit}`, ...next }));
        if (wanted.current !== path) return;
        const ids = new Set(known.map((story) => story.story_id));
        const all = [...known, ...page.stories.filter((story) => !ids.has(story.story_id))];
        setStories(all);
        setEnd({ total: page.pagination.total, next: nextOf(page, all.length) });
        remember(all.length);
      } catch (error) {
        if (wanted.current === path) setProblem((error as Error).message);
      } finally {
        if (wanted.current === path) setBusy(false);
      }
    },
    [path],
  );
  const begin = useCallback(() => {
    setStories(null);
    void read([], null, Math.min(MOST, Math.max(PAGE, remembered())));
  }, [read]);
  useEffect(begin, [begin]);

  return {
    stories,
    total: end.total,
    hasMore: end.next !== null,
    busy,
    problem,
    more: () => read(stories ?? [], end.next, PAGE),
    retry: () => (stories?.length ? void read(stories, end.next, PAGE) : begin()),
  };
}

/** How long the list was, kept with the place in the browser's history. */
const remembered = (): number =>
  Number((history.state as { stories?: number } | null)?.stories ?? 0);

const remember = (stories: number) => history.replaceState({ ...history.state, stories }, '');

function nextOf({ pagination, next_cursor: cursor }: FeedPage, known: number): Next | null {
  if (cursor !== undefined) return cursor === null ? null : { cursor };
  return pagination.has_more ? { page: `${Math.floor(known / PAGE) + 1}` } : null;
}

function withQuery(path: string, given: Next): string {
  const [start = '', query] = path.split('?');
  const all = new URLSearchParams(query);
  for (const [name, value] of Object.entries(given)) all.set(name, value);
  return `${start}?${all}`;
}
