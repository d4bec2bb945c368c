// All SQL on comments.

import type { Knex } from 'knex';

export interface Comment {
  readonly commentId: string;
  readonly storyId: string;
  readonly author: {
    readonly userId: string;
    readonly displayName: string;
    readonly avatarUrl: string | null;
  };
  readonly text: string;
  readonly createdAt: Date;
}

export async function insertComment(
  db: Knex,
  comment: { commentId: string; storyId: string; authorId: string; text: string },
): Promise<void> {
  await db('comments').insert({
    comment_id: comment.commentId,
    story_id: comment.storyId,
    author_id: comment.authorId,
    body: comment.text,
  });
}

/** Undefined where there is none in this story, or where it was removed. */
export async function findComment(
  db: Knex,
  { storyId, commentId }: Pick<Comment, 'storyId' | 'commentId'>,
): Promise<Comment | undefined> {
  const row = await withAuthor(db)
    .where({ 'c.comment_id': commentId, 'c.story_id': storyId })
    .first();
  return row && toComment(row);
}

/** Newest first; what suspended accounts wrote is left out. */
export async function listComments(
  db: Knex,
  storyId: string,
  page: { limit: number; offset: number },
): Promise<Comment[]> {
  const rows = await withAuthor(db)
    .where({ 'c.story_id': storyId, 'u.status': 'active' })
    .orderBy([
      { column: 'c.created_at', order: 'desc' },
      { column: 'c.comment_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset);
  return rows.map(toComment);
}

export async function countComments(db: Knex, storyId: string): Promise<number> {
  const row = await db('comments as c')
    .join('users as u', 'u.user_id', 'c.author_id')
    .where({ 'c.story_id': storyId, 'c.deleted_at': null, 'u.status': 'active' })
    .first<{ total: string }>(db.raw('count(*) as total'));
  return Number(row.total);
}

/** False where it was removed already. */
export async function softDeleteComment(
  db: Knex,
  commentId: string,
  deletedBy: string,
): Promise<boolean> {
  const removed = await db('comments')
    .where({ comment_id: commentId, deleted_at: null })
    .update({ deleted_at: db.fn.now(), deleted_by: deletedBy });
  return removed > 0;
}

interface CommentRow {
  comment_id: string;
  story_id: string;
  author_id: string;
  body: string;
  created_at: Date;
  display_name: string | null;
  avatar_url: string | null;
}

const withAuthor = (db: Knex) =>
  db<CommentRow>('comments as c')
    .join('users as u', 'u.user_id', 'c.author_id')
    .leftJoin('user_profiles as p', 'p.user_id', 'c.author_id')
    .whereNull('c.deleted_at')
    .select<CommentRow[]>('c.*', 'p.display_name', 'p.avatar_url');

const toComment = (row: CommentRow): Comment => ({
  commentId: row.comment_id,
  storyId: row.story_id,
  author: {
    userId: row.author_id,
    displayName: row.display_name ?? '',
    avatarUrl: row.avatar_url,
  },
  text: row.body,
  createdAt: row.created_at,
});
