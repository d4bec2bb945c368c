// One story before its editor: what it tells, its clips, and the decisions that are possible.

import { useState } from 'react';
import type { Story } from './clip.js';
import { toDay } from './day.js';
import { Field, FormActs, FormProblem, TextField } from './field.js';
import { Link } from './navigation.js';
import { call } from './session.js';
import { type StoryState, statusInWords } from './story-state.js';
import { StoryWords } from './story-words.js';
import { useForm } from './use-form.js';
import './forms.css';

export interface Review {
  readonly story: Story;
  readonly state: StoryState;
}

export function ReviewCard({
  review: { story, state },
  onDecided,
}: {
  review: Review;
  onDecided: (words: string) => void;
}) {
  const [reasoning, setReasoning] = useState<'reject' | 'take-down' | null>(null);
  const path = `/admin/stories/${story.story_id}`;
  const can = (move: string) => state.possible_moves.includes(move);
  const decide = async (decision: string, body: object | undefined, words: string) => {
    await call('POST', `${path}/${decision}`, body);
    onDecided(`“${story.title}” ${words}`);
  };
  const approve = useForm(({ publish_at: at }) =>
    at
      ? decide('approve', { publish_at: new Date(at).toISOString() }, 'will be published then.')
      : decide('approve', {}, 'is published.'),
  );
  const reinstate = useForm(() => decide('reinstate', undefined, 'is visible again.'));
  return (
    <article className="card" aria-label={story.title}>
      <h2>
        <Link href={`/moderation/${story.story_id}`}>{story.title}</Link>
      </h2>
      <p className="quiet">
        {statusInWords(state)} · by {story.maker.display_name}
        {state.publish_at && ` · for ${toDay(state.publish_at)}`} ·{' '}
        <Link href={`/watch/${story.story_id}`}>
          Watch the {story.media.carousel.length} clips of {story.title}
        </Link>
      </p>
      <StoryWords story={story} />
      {can('approve') && (
        <form className="form" noValidate onSubmit={approve.onSubmit}>
          <Field
            {...{ form: approve, name: 'publish_at', type: 'datetime-local' }}
            label={`Publish “${story.title}” at`}
            hint="Now, where no time is given"
          />
          <FormProblem form={approve} />
          <p className="acts">
            <button type="submit" disabled={approve.busy}>
              Approve
            </button>
          </p>
        </form>
      )}
      <p className="acts">
        {can('reject') && !reasoning && (
          <button type="button" onClick={() => setReasoning('reject')}>
            Reject…
          </button>
        )}
        {can('take_down') && !reasoning && (
          <button type="button" onClick={() => setReasoning('take-down')}>
            Take down…
          </button>
        )}
      </p>
      {can('reinstate') && (
        <form className="form" noValidate onSubmit={reinstate.onSubmit}>
          <FormProblem form={reinstate} />
          <p className="acts">
            <button type="submit" disabled={reinstate.busy}>
              Show it again
            </button>
          </p>
        </form>
      )}
      {reasoning && (
        <Reasoning
          label={reasoning === 'reject' ? 'Why it is rejected' : 'Why it is taken down'}
          act={reasoning === 'reject' ? 'Reject the story' : 'Take the story down'}
          onReason={(reason) =>
            decide(
              reasoning,
              { reason },
              reasoning === 'reject' ? 'is rejected.' : 'is taken down.',
            )
          }
          onEnd={() => setReasoning(null)}
        />
      )}
    </article>
  );
}

interface ReasoningProps {
  readonly label: string;
  readonly act: string;
  readonly onReason: (reason: string) => Promise<void>;
  readonly onEnd: () => void;
}

/** Its maker reads it. */
function Reasoning({ label, act, onReason, onEnd }: ReasoningProps) {
  const form = useForm(({ reason = '' }) => onReason(reason));
  return (
    <form className="form" noValidate onSubmit={form.onSubmit}>
      <TextField
        {...{ form, name: 'reason', label, required: true, rows: 3, maxLength: 1000 }}
        hint="Its maker reads this"
        autoFocus
      />
      <FormProblem form={form} />
      <FormActs form={form} act={act} onEnd={onEnd} />
    </form>
  );
}
