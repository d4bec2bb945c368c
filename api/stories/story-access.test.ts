// Who may do what to a story that is not theirs, or that is: one table, every route of this feature.

import { expect } from 'chai';

import { buildWholeStory } from '../../fixtures/build-whole-story.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { moderationRoutes } from './moderation-routes.js';
import { storyMoveRoutes } from './move-routes.js';
import type { StoryStatus } from './story.js';

/** In whose hands the route is, a status from which it works, and what it is sent. */
const TABLE: Readonly<Record<string, [StoryStatus, object?]>> = {
  'patch /stories/:story_id': ['draft', { title: 'Another' }],
  'get /stories/:story_id/state': ['draft'],
  'get /stories/:story_id/versions': ['published'],
  'post /stories/:story_id/submit': ['draft'],
  'post /stories/:story_id/withdraw': ['submitted'],
  'post /stories/:story_id/revise': ['rejected'],
  'post /stories/:story_id/archive': ['published'],
  'post /stories/:story_id/restore': ['archived'],
  'get /admin/stories': ['submitted'],
  'post /admin/stories/:story_id/approve': ['submitted', {}],
  'post /admin/stories/:story_id/reject': ['submitted', { reason: 'No.' }],
  'post /admin/stories/:story_id/take-down': ['published', { reason: 'No.' }],
  'post /admin/stories/:story_id/reinstate': ['published'],
};
const READ_BY_ADMINS = ['get /stories/:story_id/state', 'get /stories/:story_id/versions'];

describe('who may move a story', () => {
  const app = useApp();
  const routes = () => [...storyMoveRoutes(app().context), ...moderationRoutes(app().context)];

  it('is written down for every route', () => {
    const names = routes().map(({ method, path }) => `${method} ${path}`);
    expect(names).to.have.members(Object.keys(TABLE));
  });

  for (const [name, [status, body]] of Object.entries(TABLE)) {
    it(`holds for ${name}`, async () => {
      const [method = '', path = ''] = name.split(' ');
      const { db } = app().context;
      const owner = await app().signUp();
      const { storyId } = await buildWholeStory(db, {
        ...{ maker_id: owner.userId, status },
        ...(path.endsWith('reinstate') && { taken_down_at: new Date() }),
      });
      const suspended = await app().signUp();
      await db('users').where({ user_id: suspended.userId }).update({ status: 'suspended' });
      const users: Record<string, TestUser | null> = {
        nobody: null,
        viewer: await app().signUp({ userType: 'viewer' }),
        maker: await app().signUp(),
        ...{ suspended, owner },
        admin: await app().signUp({ userType: 'admin' }),
      };
      const ask = async (user: TestUser | null) => {
        const address = path.replace(':story_id', toPublicId('story', storyId));
        const response = await fetch(`${app().origin}/api/v1${address}`, {
          method: method.toUpperCase(),
          headers: { ...user?.auth, ...(body && { 'Content-Type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body) }),
        });
        await response.body?.cancel();
        return response.status;
      };
      const admins = path.startsWith('/admin');
      const strangers = admins ? 403 : 404;
      const wanted: Record<string, number> = {
        ...{ nobody: 401, suspended: 401, viewer: strangers, maker: strangers },
        ...(admins
          ? { owner: 403, admin: 200 }
          : { admin: READ_BY_ADMINS.includes(name) ? 200 : 404, owner: 200 }),
      };
      const seen: Record<string, number> = {};
      for (const who of Object.keys(wanted)) seen[who] = await ask(users[who] ?? null);
      expect(seen).to.deep.equal(wanted);
    });
  }
});
