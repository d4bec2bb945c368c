import { Avatar } from './avatar.js';
import { toDay } from './day.js';

export interface Comment {
  readonly comment_id: string;
  readonly author: {
    readonly user_id: string;
    readonly display_name: string;
    readonly avatar_url: string | null;
  };
  readonly text: string;
  readonly created_at: string;
}

interface Props {
  readonly comment: Comment;
  readonly mayRemove: boolean;
  readonly onRemove: () => void;
}

/** One comment with who said it and when. */
export function CommentRow({ comment, mayRemove, onRemove }: Props) {
  const { author, text, created_at: createdAt } = comment;
  return (
    <li className="comment">
      <Avatar name={author.display_name} url={author.avatar_url} />
      <div>
        <p className="said">
          <strong>{author.display_name}</strong>{' '}
          <time className="quiet" dateTime={createdAt}>
            {toDay(createdAt)}
          </time>
        </p>
        <p className="written">{text}</p>
        {mayRemove && (
          <button
            type="button"
            className="link"
            aria-label={`Remove the comment of ${author.display_name}: ${text.slice(0, 40)}`}
            onClick={onRemove}
          >
            Remove
          </button>
        )}
      </div>
    </li>
  );
}
