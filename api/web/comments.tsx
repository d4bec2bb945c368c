// What people say of a story: reading, writing, and taking away what is one's own or on one's own story.

import { useCallback, useEffect, useRef, useState } from 'react';

import { CommentForm } from './comment-form.js';
import { type Comment, CommentRow } from './comment-row.js';
import { Link } from './navigation.js';
import { call, type Session } from './session.js';

interface Props {
  readonly storyId: string;
  readonly session: Session | null;
  readonly ownStory: boolean;
}

interface CommentPage {
  readonly comments: readonly Comment[];
  readonly pagination: { readonly total: number };
}

const PAGE = 20;
const NONE: readonly Comment[] = [];

export function Comments({ storyId, session, ownStory }: Props) {
  const [comments, setComments] = useState<readonly Comment[] | null>(null);
  const [total, setTotal] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const path = `/stories/${storyId}/comments`;

  // Whoever writes or removes meanwhile moves the pages: what comes twice is shown once.
  const read = useCallback(
    async (known: readonly Comment[]) => {
      const page = Math.floor(known.length / PAGE) + 1;
      setProblem(null);
      try {
        const found = await call<CommentPage>('GET', `${path}?page=${page}&limit=${PAGE}`);
        const ids = new Set(known.map((comment) => comment.comment_id));
        setComments([...known, ...found.comments.filter((each) => !ids.has(each.comment_id))]);
        setTotal(found.pagination.total);
      } catch (error) {
        setProblem((error as Error).message);
      }
    },
    [path],
  );
  useEffect(() => void read(NONE), [read]);

  const write = async (text: string, idempotencyKey: string) => {
    const made = await call<Comment>('POST', path, { text }, { idempotencyKey });
    setComments([made, ...(comments ?? NONE)]);
    setTotal(total + 1);
    setSaid('Your comment is there.');
  };
  const remove = async ({ comment_id: commentId }: Comment) => {
    if (!window.confirm('Remove this comment?')) return;
    setProblem(null);
    try {
      await call('DELETE', `${path}/${commentId}`);
      setComments(comments?.filter((each) => each.comment_id !== commentId) ?? null);
      setTotal(total - 1);
      setSaid('The comment is removed.');
      heading.current?.focus();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <section className="comments" aria-labelledby="comments">
      <h2 id="comments" ref={heading} tabIndex={-1}>
        Comments{comments && ` (${total})`}
      </h2>
      {session ? (
        <CommentForm onSend={write} />
      ) : (
        <p>
          <Link href={`/sign-in?next=/stories/${storyId}`}>Sign in to write a comment</Link>
        </p>
      )}
      <p role="status" className="visually-hidden">
        {said}
      </p>
      {problem && <p role="alert">{problem}</p>}
      {comments?.length === 0 && <p className="quiet">Nobody has said anything yet.</p>}
      <ul>
        {comments?.map((comment) => (
          <CommentRow
            key={comment.comment_id}
            comment={comment}
            mayRemove={
              ownStory ||
              session?.user_type === 'admin' ||
              session?.user_id === comment.author.user_id
            }
            onRemove={() => void remove(comment)}
          />
        ))}
      </ul>
      {comments && comments.length < total && (
        <button type="button" onClick={() => void read(comments)}>
          More comments
        </button>
      )}
    </section>
  );
}
