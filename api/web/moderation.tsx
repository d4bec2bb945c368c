// The moderation page: the stories that wait for a decision, those that wait longest first, those decided on, and one by its address.

import { useState } from 'react';

import { OneReview } from './one-review.js';
import type { PageProps } from './page-table.js';
import { type Review, ReviewCard } from './review-card.js';
import { statusInWords } from './story-state.js';
import { usePages } from './use-pages.js';

const STATUSES = ['submitted', 'approved', 'published', 'rejected', 'archived'] as const;

export function Moderation({ id }: PageProps) {
  return id ? <OneReview key={id} storyId={id} /> : <Queues />;
}

function Queues() {
  const [status, setStatus] = useState<string>('submitted');
  const [said, setSaid] = useState('');
  return (
    <>
      <h1>Moderation</h1>
      <label>
        Stories that are{' '}
        <select value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
          {STATUSES.map((each) => (
            <option key={each} value={each}>
              {statusInWords({ status: each })}
            </option>
          ))}
        </select>
      </label>
      <p role="status">{said}</p>
      <Queue key={status} status={status} onDecided={setSaid} />
    </>
  );
}

function Queue({ status, onDecided }: { status: string; onDecided: (words: string) => void }) {
  const { items, problem, more, reload } = usePages<Review>(
    `/admin/stories?status=${status}`,
    'stories',
  );
  return (
    <>
      {!items && !problem && <p className="quiet">Loading…</p>}
      {items?.length === 0 && <p className="quiet">There is none.</p>}
      {items?.map((review) => (
        <ReviewCard
          key={review.story.story_id}
          review={review}
          onDecided={(words) => {
            onDecided(words);
            void reload();
          }}
        />
      ))}
      {more && (
        <button type="button" onClick={more}>
          More
        </button>
      )}
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}
