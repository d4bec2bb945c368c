// What was decided about a story, in the editors' own words.

import { toDay } from './day.js';
import type { StoryState } from './story-state.js';

export function StoryVerdict({
  state: { rejection, takedown, publish_at: publishAt, status },
}: {
  state: StoryState;
}) {
  return (
    <>
      {takedown && <p>An editor has hidden it: {takedown.reason}</p>}
      {rejection && (
        <p>
          Rejected on {toDay(rejection.at)}: <span className="written">{rejection.reason}</span>
        </p>
      )}
      {status === 'approved' && publishAt && <p>It will be published on {toDay(publishAt)}.</p>}
    </>
  );
}
