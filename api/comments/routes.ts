// /stories/{id}/comments

import type { Request } from 'express';
import { z } from 'zod';

import { newId } from '../../pipeline/platform/ids.js';
import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import {
  Pagination,
  PublicId,
  pageQuery,
  ReplyId,
  ReplyTime,
  toPagination,
  Words,
} from '../http/wire-types.js';
import { edgeOrigin, toAddress } from '../media/public-origin.js';
import { getShownStory, getVisibleStory } from '../stories/visible-story.js';
import {
  type Comment,
  countComments,
  findComment,
  insertComment,
  listComments,
} from './queries.js';
import { removeComment } from './remove-comment.js';

const tags = ['Comments'] as const;
const OfStory = z.strictObject({ story_id: PublicId('story') });
const OfComment = z.strictObject({ ...OfStory.shape, comment_id: PublicId('comment') });

const CommentReply = z
  .strictObject({
    comment_id: ReplyId('comment'),
    story_id: ReplyId('story'),
    author: z.strictObject({
      user_id: ReplyId('user'),
      display_name: z.string(),
      avatar_url: z.string().nullable(),
    }),
    text: z.string(),
    created_at: ReplyTime,
  })
  .meta({ id: 'Comment' });

export function commentRoutes(context: Context): Route[] {
  const toView = (comment: Comment, request: Request): z.input<typeof CommentReply> => {
    const { userId, displayName, avatarUrl } = comment.author;
    const avatar = avatarUrl && toAddress(avatarUrl, edgeOrigin(context.config, request));
    return {
      comment_id: comment.commentId,
      story_id: comment.storyId,
      author: { user_id: userId, display_name: displayName, avatar_url: avatar },
      text: comment.text,
      created_at: comment.createdAt,
    };
  };
  return [
    route({
      method: 'get',
      path: '/stories/:story_id/comments',
      summary: 'List the comments on a story, newest first',
      tags,
      access: 'anyone',
      params: OfStory,
      query: z.strictObject(pageQuery),
      status: 200,
      reply: z
        .strictObject({ comments: z.array(CommentReply), pagination: Pagination })
        .meta({ id: 'CommentPage' }),
      errors: { 404: ['STORY_NOT_FOUND'] },
      limit: 'feed',
      async handle({ params, query, user, db, request }) {
        await getVisibleStory(context, params.story_id, user);
        const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
        const comments = await listComments(db, params.story_id, page);
        return {
          comments: comments.map((comment) => toView(comment, request)),
          pagination: toPagination(query, await countComments(db, params.story_id)),
        };
      },
    }),

    route({
      method: 'post',
      path: '/stories/:story_id/comments',
      summary: 'Comment on a story that is shown',
      tags,
      access: 'user',
      params: OfStory,
      body: z.strictObject({ text: Words(1_000) }).meta({ id: 'CreateComment' }),
      status: 201,
      reply: CommentReply,
      errors: { 404: ['STORY_NOT_FOUND'], 409: ['STORY_NOT_SHOWN'] },
      idempotent: true,
      limit: 'comment',
      async handle({ params, body, user, db, request }) {
        const { storyId } = await getShownStory({ db }, params.story_id, user);
        const commentId = newId();
        await insertComment(db, { commentId, storyId, authorId: user.userId, text: body.text });
        const comment = await findComment(db, { storyId, commentId });
        if (!comment) throw new Error('A comment that was just made is not there');
        return toView(comment, request);
      },
    }),

    route({
      method: 'delete',
      path: '/stories/:story_id/comments/:comment_id',
      summary: 'Remove a comment of your own, or one on your story',
      tags,
      access: 'user',
      params: OfComment,
      status: 204,
      errors: { 403: ['FORBIDDEN'], 404: ['STORY_NOT_FOUND', 'COMMENT_NOT_FOUND'] },
      handle: ({ params, user }) =>
        removeComment(context, { storyId: params.story_id, commentId: params.comment_id }, user),
    }),
  ];
}
