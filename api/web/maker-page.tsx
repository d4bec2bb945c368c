// A maker: what they show of themselves, and their stories.

import { useEffect, useState } from 'react';

import { Avatar } from './avatar.js';
import { Link, usePageTitle } from './navigation.js';
import type { PageProps } from './page-table.js';
import { call, RefusedError } from './session.js';
import { StoryList } from './story-list.js';
import { useFeed } from './use-feed.js';

interface Maker {
  readonly maker_id: string;
  readonly display_name: string;
  readonly bio: string | null;
  readonly avatar_url: string | null;
  readonly location: string | null;
  readonly website: string | null;
  readonly instagram_handle: string | null;
}

export function MakerPage({ id }: PageProps) {
  return <Shown key={id} makerId={id ?? ''} />;
}

function Shown({ makerId }: { makerId: string }) {
  const [maker, setMaker] = useState<Maker | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  usePageTitle(maker?.display_name ?? null);
  useEffect(() => {
    call<Maker>('GET', `/makers/${encodeURIComponent(makerId)}`).then(setMaker, setProblem);
  }, [makerId]);
  if (problem) return <Gone problem={problem} />;
  if (!maker) return <p className="quiet">Loading…</p>;
  return (
    <>
      <h1 className="person">
        <Avatar name={maker.display_name} url={maker.avatar_url} /> {maker.display_name}
      </h1>
      {maker.bio && <p className="written">{maker.bio}</p>}
      <Elsewhere maker={maker} />
      <Stories maker={maker} />
    </>
  );
}

function Stories({ maker }: { maker: Maker }) {
  const list = useFeed(`/feed?maker=${maker.maker_id}`);
  return <StoryList list={list} empty={<p>No story of theirs is published right now.</p>} />;
}

function Elsewhere({ maker: { location, website, instagram_handle: handle } }: { maker: Maker }) {
  const rel = 'noopener noreferrer nofollow ugc';
  const isWeb = website !== null && /^https?:/.test(website);
  if (!location && !isWeb && !handle) return null;
  return (
    <ul className="chips" aria-label="Where to find them">
      {location && <li className="chip">{location}</li>}
      {isWeb && (
        <li>
          <a className="chip" href={website} rel={rel}>
            {new URL(website).hostname}
          </a>
        </li>
      )}
      {handle && (
        <li>
          <a className="chip" href={`https://www.instagram.com/${handle}/`} rel={rel}>
            @{handle} at Instagram
          </a>
        </li>
      )}
    </ul>
  );
}

function Gone({ problem }: { problem: Error }) {
  const isGone = problem instanceof RefusedError && problem.status === 404;
  return (
    <div className="notice" role="alert">
      <h1>{isGone ? 'This maker is not here' : 'The maker cannot be shown right now'}</h1>
      <p>
        {!isGone && `${problem.message} `}
        <Link href="/">See the stories</Link>
      </p>
    </div>
  );
}
