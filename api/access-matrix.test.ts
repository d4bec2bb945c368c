// Every route that takes an id, asked by everybody: what is private is not even there for others.

import { expect } from 'chai';

import { buildMediaFile, buildStory } from '../fixtures/build.js';
import { type TestUser, useApp } from '../fixtures/test-app.js';
import { parseCaptions, writeCaptions } from '../pipeline/captions.js';
import { putCaption } from '../pipeline/captions-queries.js';
import { insertImage } from '../pipeline/image-queries.js';
import { lockMediaFile } from '../pipeline/media-file-queries.js';
import { newId, toPublicId } from '../pipeline/platform/ids.js';
import { listRoutes } from './app.js';
import { startSession } from './auth/start-session.js';
import type { Route } from './http/define-route.js';

type Ids = Readonly<
  Record<'story_id' | 'media_id' | 'image_id' | 'session_id' | 'type' | 'language', string>
>;

/** What a route that takes a body is sent, so that only the access can be refused. */
const BODIES: Readonly<Record<string, (ids: Ids) => object>> = {
  'put /stories/:story_id/clips': ({ media_id }) => ({ clips: [{ media_id }] }),
  'put /media/:media_id/audio-track': () => ({ index: 0 }),
};

/** Shown to everybody; their own tests say what of it. */
const FOR_ALL = ['/makers/:maker_id'];

const WORDS = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n';

describe('a private story and its clip', () => {
  const app = useApp();
  const routes = () =>
    listRoutes(app().context).filter(({ params, path }) => params && !FOR_ALL.includes(path));

  it('are for their maker; for others they are not there, for nobody signed in they ask who it is', async () => {
    expect(routes().length).to.be.greaterThan(8);
    for (const route of routes()) {
      const name = `${route.method} ${route.path}`;
      const ids = await build();
      const others: Record<string, TestUser> = {
        viewer: await app().signUp({ userType: 'viewer' }),
        maker: await app().signUp({ userType: 'maker' }),
      };
      for (const [who, user] of Object.entries(others)) {
        expect(await ask(route, ids, user), `${name} by another ${who}`).to.equal(404);
      }
      const stranger = route.access === 'anyone' ? 404 : 401;
      expect(await ask(route, ids, null), `${name} by nobody`).to.equal(stranger);
      expect(await ask(route, ids, ids.suspended), `${name} by the suspended`).to.equal(401);
      const admin = await app().signUp({ userType: 'admin' });
      expect(await ask(route, ids, admin), `${name} by an admin`).to.be.oneOf([200, 202, 404, 409]);
      const own = await ask(route, ids, ids.owner);
      expect(own, `${name} by its maker`).to.be.oneOf([200, 202, 204, 409]);
    }
  });

  it('are not reached through ids of mine around them', async () => {
    const [mine, theirs] = [await build(), await build()];
    const mixed = { ...mine, media_id: theirs.media_id };
    for (const route of routes().filter(({ path }) => /story_id.*media_id/.test(path))) {
      expect(await ask(route, mixed, mine.owner), route.path).to.equal(404);
    }
    const { status } = await app()
      .request.put(`/api/v1/stories/${mine.story_id}/clips`)
      .set(mine.owner.auth)
      .send({ clips: [{ media_id: theirs.media_id }] });
    expect(status).to.be.oneOf([404, 409, 422]);
    const theirClips = await app()
      .request.get(`/api/v1/stories/${theirs.story_id}/clips`)
      .set(theirs.owner.auth);
    expect(theirClips.body.data.clips).to.have.length(1);
  });

  it('tell nobody what only we need to know', async () => {
    const ids = await build();
    for (const route of routes().filter(({ method, stream }) => method === 'get' && !stream)) {
      const { text } = await app().request.get(toAddress(route, ids)).set(ids.owner.auth);
      expect(text, route.path).not.to.match(/password|token_hash|quarantine|originals|owner_id/);
    }
  });

  async function build() {
    const { db } = app().context;
    const owner = await app().signUp();
    const suspended = await app().signUp();
    await db('users').where({ user_id: suspended.userId }).update({ status: 'suspended' });
    const story = await buildStory(db, {
      maker_id: owner.userId,
      sections: [{ type: 'process', content: 'Turned by hand' }],
    });
    const media = await buildMediaFile(db, { story_id: story.story_id, owner_id: owner.userId });
    return {
      owner,
      suspended,
      story_id: toPublicId('story', story.story_id),
      media_id: toPublicId('media', media.media_id),
      image_id: await buildImage(owner.userId, story.story_id),
      session_id: await buildSession(owner),
      type: 'process',
      language: await buildCaptions(media.media_id),
    };
  }

  async function buildCaptions(mediaId: string): Promise<string> {
    await app().context.db.transaction(async (trx) => {
      const file = await lockMediaFile(trx, mediaId);
      if (!file) throw new Error('no clip');
      const content = writeCaptions(parseCaptions(Buffer.from(WORDS)).cues);
      await putCaption(trx, file, {
        language: 'en',
        label: 'English',
        content,
        cues: 1,
        repairs: [],
      });
    });
    return 'en';
  }

  async function buildSession({ userId }: TestUser): Promise<string> {
    const { context } = app();
    const client = { address: 'there', device: 'other', program: 'A program', area: 'there' };
    const sessions = () => context.db('sessions').where({ user_id: userId }).pluck('session_id');
    const before = await sessions();
    await startSession(context, context.db, userId, client);
    const [made] = (await sessions()).filter((id) => !before.includes(id));
    return toPublicId('session', made);
  }

  async function buildImage(ownerId: string, storyId: string): Promise<string> {
    const imageId = newId();
    const slot = { ownerId, purpose: 'cover', storyId, section: null } as const;
    const image = { ...slot, imageId, fileSize: 1 };
    await app().context.db.transaction((trx) => insertImage(trx, image));
    return toPublicId('image', imageId);
  }

  async function ask(route: Route, ids: Ids, user: TestUser | null): Promise<number> {
    const name = `${route.method} ${route.path}`;
    const body = route.body && BODIES[name]?.(ids);
    if (route.body) expect(body, `BODIES has nothing for ${name}`).to.be.an('object');
    const response = await fetch(`${app().origin}${toAddress(route, ids)}`, {
      method: route.method.toUpperCase(),
      headers: {
        ...user?.auth,
        ...(body && { 'Content-Type': 'application/json' }),
        ...(route.bytes && { 'Content-Type': route.bytes.replace('image/*', 'image/png') }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(route.bytes && { body: route.bytes === 'text/vtt' ? WORDS : 'a picture' }),
    });
    await response.body?.cancel();
    return response.status;
  }
});

const toAddress = (route: Route, ids: Ids) =>
  `/api/v1${route.path.replace(/:(\w+)/g, (_, name: keyof Ids) => ids[name])}`;
