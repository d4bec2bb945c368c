// The stories: newest first, or those that fit a search; what they are narrowed to stands in the address.

import type { FormEvent } from 'react';

import { CATEGORIES } from './categories.js';
import { type FeedFilter, inWords, readFilter, toQuery } from './feed-filter.js';
import { go, Link, useAddress, usePageTitle } from './navigation.js';
import { StoryList } from './story-list.js';
import { useFeed } from './use-feed.js';
import './feed-page.css';

export function FeedPage() {
  const filter = readFilter(useAddress().query);
  const list = useFeed(`/feed${toQuery(filter)}`);
  const words = inWords(filter);
  usePageTitle(words);
  return (
    <>
      <h1>{words}</h1>
      <SearchForm key={filter.q} filter={filter} />
      <nav aria-label="Categories">
        <ul className="chips">
          <Chip
            filter={{ ...filter, category: '' }}
            words="All crafts"
            current={!filter.category}
          />
          {listed(filter.category).map((category) => (
            <Chip
              key={category}
              filter={{ ...filter, category }}
              words={category}
              current={filter.category === category}
            />
          ))}
        </ul>
      </nav>
      <Narrowed filter={filter} />
      <StoryList list={list} empty={<Empty filter={filter} />} />
    </>
  );
}

function SearchForm({ filter }: { filter: FeedFilter }) {
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const q = String(new FormData(event.currentTarget).get('q') ?? '').trim();
    go(`/${toQuery({ ...filter, q })}`);
  };
  return (
    <search>
      <form className="search" onSubmit={search}>
        <input
          name="q"
          type="search"
          aria-label="Search in titles, tags and texts"
          placeholder="Search: walnut bowl"
          maxLength={200}
          defaultValue={filter.q}
          enterKeyHint="search"
        />
        <button type="submit">Search</button>
      </form>
    </search>
  );
}

interface ChipProps {
  readonly filter: FeedFilter;
  readonly words: string;
  readonly current: boolean;
}

const Chip = ({ filter, words, current }: ChipProps) => (
  <li>
    <Link className="chip" href={`/${toQuery(filter)}`} aria-current={current ? 'true' : undefined}>
      {words}
    </Link>
  </li>
);

/** What was asked for beside a craft, each with a way out of it. */
function Narrowed({ filter }: { filter: FeedFilter }) {
  const { q, tag, maker } = filter;
  if (!q && !tag && !maker) return null;
  return (
    <p className="narrowed">
      {q && <Link href={`/${toQuery({ ...filter, q: '' })}`}>End the search for “{q}”</Link>}
      {tag && <Link href={`/${toQuery({ ...filter, tag: '' })}`}>Not only #{tag}</Link>}
      {maker && <Link href={`/${toQuery({ ...filter, maker: '' })}`}>Not only one maker</Link>}
    </p>
  );
}

function Empty({ filter }: { filter: FeedFilter }) {
  if (toQuery(filter) === '') return <p>No story is published yet. Come back soon.</p>;
  return (
    <p>
      Nothing fits. Try other words, or <Link href="/">see all stories</Link>.
    </p>
  );
}

/** A craft that is not among those that are always offered, but is asked for, is offered too. */
const listed = (asked: string | undefined): readonly string[] =>
  !asked || CATEGORIES.some((each) => each === asked) ? CATEGORIES : [...CATEGORIES, asked];
