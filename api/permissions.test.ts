// Every route, asked by everybody, about what is private and what is shown: the matrix of who may do what.
// A route without a row fails the build; so does a row without a route.

import { expect } from 'chai';

import { tryOnEmbeddedShapeOnly } from '../fixtures/embedded-shape.js';
import { buildOneOfEverything, type Ids, WORDS } from '../fixtures/one-of-everything.js';
import { type TestUser, useApp } from '../fixtures/test-app.js';
import { listRoutes } from './app.js';
import type { Route } from './http/define-route.js';

const WHO = ['owner', 'other', 'anonymous', 'suspended', 'admin'] as const;
type Answers = readonly [unknown, unknown, unknown, unknown, unknown];

type People = Record<Exclude<(typeof WHO)[number], 'anonymous'>, TestUser>;

/** Past the check of access: done, or refused for another reason than who asks. */
const OK = 'ok';

// Of nobody, or of the caller alone: nothing of others can be named.
const OPEN: Answers = [OK, OK, OK, OK, OK];
const OPEN_BUT_TO_BAD_TOKENS: Answers = [OK, OK, OK, 401, OK];
const SIGNED_IN: Answers = [OK, OK, 401, 401, OK];
// About something of the owner's.
const OWNER: Answers = [OK, 404, 401, 401, 404];
const OWNER_AND_ADMIN: Answers = [OK, 404, 401, 401, OK];
const OWNER_AND_ADMIN_READ: Answers = [OK, 404, 404, 401, OK];

interface Row {
  readonly draft: Answers;
  /** The same, once the story is published. */
  readonly shown: Answers;
}

const same = (answers: Answers): Row => ({ draft: answers, shown: answers });
const readable: Row = { draft: OWNER_AND_ADMIN_READ, shown: OPEN_BUT_TO_BAD_TOKENS };
const shownToUsers: Row = { draft: OWNER_AND_ADMIN, shown: SIGNED_IN };

const MAKER: Answers = [OK, 403, 401, 401, OK];
const ADMIN: Answers = [403, 403, 401, 401, OK];

/** These end the sessions that they are asked with. */
const LOGOUT = 'post /auth/logout';
const LEAVE = 'delete /users/me';
const ENDING: readonly string[] = [LOGOUT, LEAVE];

const MATRIX: Readonly<Record<string, Row>> = {
  'post /auth/register': same(OPEN),
  'post /auth/login': same(OPEN),
  'post /auth/refresh': same(OPEN),
  [LOGOUT]: same(SIGNED_IN),
  'post /auth/email/code': same(SIGNED_IN),
  'post /auth/email/verify': same(SIGNED_IN),
  'post /auth/phone/code': same(SIGNED_IN),
  'post /auth/phone/verify': same(SIGNED_IN),
  'post /auth/password/forgot': same(OPEN),
  'post /auth/password/reset': same(OPEN),
  'post /auth/nonce': same(OPEN),
  'post /auth/google': same(OPEN),
  'post /auth/apple': same(OPEN),
  'post /auth/mfa': same(OPEN),
  'post /auth/mfa/totp': same(SIGNED_IN),
  'post /auth/mfa/totp/verify': same(SIGNED_IN),
  'delete /auth/mfa/totp': same(SIGNED_IN),
  'post /auth/mfa/recovery-codes': same(SIGNED_IN),
  'get /auth/sessions': same(SIGNED_IN),
  'delete /auth/sessions': same(SIGNED_IN),
  'delete /auth/sessions/:session_id': same(OWNER),
  'post /auth/confirm': same(SIGNED_IN),
  'post /auth/confirm/code': same(SIGNED_IN),
  'get /users/me': same(SIGNED_IN),
  'patch /users/me': same(SIGNED_IN),
  [LEAVE]: same(SIGNED_IN),
  'post /users/me/password': same(SIGNED_IN),
  'post /users/me/email': same(SIGNED_IN),
  'post /users/me/email/verify': same(SIGNED_IN),
  'post /users/me/identities': same(SIGNED_IN),
  'get /users/me/identities': same(SIGNED_IN),
  'delete /users/me/identities/:provider': same(OWNER),
  'get /makers/:maker_id': same(OPEN_BUT_TO_BAD_TOKENS),
  'get /users/me/stories': same(SIGNED_IN),
  'get /users/me/clips': same(SIGNED_IN),
  'get /users/me/saves': same(SIGNED_IN),
  'post /users/me/avatar': same(SIGNED_IN),
  'post /stories': same(MAKER),
  'get /stories/:story_id': readable,
  'delete /stories/:story_id': same(OWNER),
  'patch /stories/:story_id': same(OWNER),
  'get /stories/:story_id/state': same(OWNER_AND_ADMIN),
  'get /stories/:story_id/versions': same(OWNER_AND_ADMIN),
  'post /stories/:story_id/submit': same(OWNER),
  'post /stories/:story_id/withdraw': same(OWNER),
  'post /stories/:story_id/revise': same(OWNER),
  'post /stories/:story_id/archive': same(OWNER),
  'post /stories/:story_id/restore': same(OWNER),
  'get /admin/stories': same(ADMIN),
  'post /admin/stories/:story_id/approve': same(ADMIN),
  'post /admin/stories/:story_id/reject': same(ADMIN),
  'post /admin/stories/:story_id/take-down': same(ADMIN),
  'post /admin/stories/:story_id/reinstate': same(ADMIN),
  'get /admin/audit': same(ADMIN),
  'get /admin/flags': same(ADMIN),
  'put /admin/flags/:flag': same(ADMIN),
  'get /stories/:story_id/clips': readable,
  'get /stories/:story_id/clips/events': shownToUsers,
  'put /stories/:story_id/clips': same(OWNER),
  'delete /stories/:story_id/clips/:media_id': same(OWNER),
  'post /stories/:story_id/cover': same(OWNER),
  'post /stories/:story_id/sections/:type/picture': same(OWNER),
  'get /images/:image_id': same(OWNER),
  'delete /images/:image_id': same(OWNER),
  'get /media/:media_id': same(OWNER_AND_ADMIN),
  'get /media/:media_id/events': same(OWNER_AND_ADMIN),
  'post /media/:media_id/retry': same(OWNER_AND_ADMIN),
  'post /media/:media_id/reencode': same(ADMIN),
  'post /media/:media_id/cancel': same(OWNER_AND_ADMIN),
  'put /media/:media_id/audio-track': same(OWNER_AND_ADMIN),
  'post /media/:media_id/playback': readable,
  'get /media/:media_id/captions': same(OWNER),
  'put /media/:media_id/captions/:language': same(OWNER),
  'get /media/:media_id/captions/:language': same(OWNER),
  'delete /media/:media_id/captions/:language': same(OWNER),
  'get /feed': same(OPEN_BUT_TO_BAD_TOKENS),
  'get /stories/:story_id/save': shownToUsers,
  'put /stories/:story_id/save': shownToUsers,
  'delete /stories/:story_id/save': shownToUsers,
  'get /stories/:story_id/comments': readable,
  'post /stories/:story_id/comments': shownToUsers,
  'delete /stories/:story_id/comments/:comment_id': {
    draft: OWNER_AND_ADMIN,
    shown: [OK, 403, 401, 401, OK],
  },
  'post /offers': { draft: [OK, 404, 401, 401, OK], shown: [403, OK, 401, 401, OK] },
  'get /users/me/offers': same(SIGNED_IN),
  'get /stories/:story_id/offers': same(OWNER_AND_ADMIN),
  'get /stories/:story_id/offer-terms': same(OWNER),
  'put /stories/:story_id/offer-terms': same(OWNER),
  'get /offers/:offer_id': same(OWNER_AND_ADMIN),
  'post /offers/:offer_id/accept': same(OWNER),
  'post /offers/:offer_id/reject': same(OWNER),
  // For who made it alone: somebody else, in these rows.
  'post /offers/:offer_id/withdraw': same([404, 404, 401, 401, 404]),
  'get /auctions/:auction_id': readable,
  'get /auctions/:auction_id/bids': readable,
  'get /auctions/:auction_id/events': readable,
  'post /auctions/:auction_id/bids': {
    draft: [404, 404, 401, 401, 404],
    shown: [403, OK, 401, 401, OK],
  },
  'get /users/me/auctions': same(SIGNED_IN),
  'post /auctions/:auction_id/accept': same(OWNER),
  'post /auctions/:auction_id/cancel': same(OWNER),
  'post /auctions/:auction_id/second-chance': same(OWNER),
  'post /auctions/:auction_id/relist': same(OWNER),
  'post /admin/auctions/:auction_id/cancel': same(ADMIN),
  'post /admin/auctions/:auction_id/end-time': same(ADMIN),
  'post /admin/auctions/:auction_id/bids/:bid_id/withdraw': same(ADMIN),
  'get /users/me/orders': same(SIGNED_IN),
  'get /orders/:order_id': same(OWNER_AND_ADMIN),
  'get /users/me/bars': same(MAKER),
  'put /users/me/bars/:user_id': same(MAKER),
  'delete /users/me/bars/:user_id': same([OK, 403, 401, 401, 404]),
  'get /admin/bars': same(ADMIN),
  'put /admin/bars/:user_id': same(ADMIN),
  'delete /admin/bars/:user_id': same(ADMIN),
  'post /stories/:story_id/views': readable,
  'get /stories/:story_id/views': same(OWNER_AND_ADMIN),
};

/** What a route that takes a body is sent, so that only the access can be refused. */
const BODIES: Readonly<Record<string, (ids: Ids) => object>> = {
  'put /stories/:story_id/clips': ({ media_id }) => ({ clips: [{ media_id }] }),
  'put /media/:media_id/audio-track': () => ({ index: 0 }),
  'post /stories/:story_id/comments': () => ({ text: 'Lovely' }),
  'patch /stories/:story_id': () => ({ title: 'Another' }),
  'post /admin/stories/:story_id/approve': () => ({}),
  'post /admin/stories/:story_id/reject': () => ({ reason: 'No.' }),
  'post /admin/stories/:story_id/take-down': () => ({ reason: 'No.' }),
  'put /admin/flags/:flag': () => ({}),
  'post /auctions/:auction_id/bids': () => ({ bid_amount: 45, currency: 'USD' }),
  'post /offers': ({ story_id }) => ({ story_id, offer_amount: 40, currency: 'USD' }),
  'put /stories/:story_id/offer-terms': () => ({}),
  'post /offers/:offer_id/reject': () => ({}),
  'put /users/me/bars/:user_id': () => ({}),
  'post /auctions/:auction_id/cancel': () => ({}),
  'post /admin/auctions/:auction_id/cancel': () => ({ reason: 'No.' }),
  'post /admin/auctions/:auction_id/bids/:bid_id/withdraw': () => ({ reason: 'No.' }),
  'post /admin/auctions/:auction_id/end-time': () => ({
    end_time: new Date(Date.now() + 3_600_000).toISOString(),
    reason: 'No.',
  }),
  'put /admin/bars/:user_id': () => ({ reason: 'No.' }),
};

describe('the permission matrix', function () {
  this.timeout(60_000);
  tryOnEmbeddedShapeOnly();
  const app = useApp({ keepRows: true });
  let people: People;
  before(async () => {
    people = await signUpAll();
  });
  const routes = () => listRoutes(app().context);
  const withIds = () => routes().filter(({ params }) => params);

  it('has a row for each route, and a route for each row', () => {
    expect(routes().map(nameOf)).to.have.members(Object.keys(MATRIX));
  });

  it('asks admins for a second proof before each act', () => {
    const acts = routes().filter(({ access, method }) => access === 'admin' && method !== 'get');
    expect(acts).to.have.length.above(5);
    expect(acts.filter(({ stepUp }) => !stepUp).map(nameOf)).to.deep.equal([]);
  });

  for (const state of ['draft', 'shown'] as const) {
    for (const [name, row] of Object.entries(MATRIX)) {
      it(`holds for ${name}, ${state}`, async () => {
        const route = routes().find((each) => nameOf(each) === name);
        if (!route) throw new Error('there is no such route');
        if (ENDING.includes(name)) people = await signUpAll();
        const answers: Record<string, unknown> = {};
        for (const who of ['other', 'anonymous', 'suspended', 'admin', 'owner'] as const) {
          const ids = await build(people.owner, state);
          const status = await ask(route, ids, who === 'anonymous' ? null : people[who]);
          expect(status, `${name} by ${who}`).to.be.below(500);
          answers[who] = [401, 403, 404, 405].includes(status) ? status : OK;
        }
        if (ENDING.includes(name)) people = await signUpAll();
        expect(WHO.map((who) => answers[who])).to.deep.equal(row[state]);
      });
    }
  }

  it('holds where ids of mine stand around those of another', async () => {
    const { owner } = people;
    const another = await app().signUp();
    const [mine, theirs] = [await build(owner, 'draft'), await build(another, 'draft')];
    const mixed = { ...theirs, story_id: mine.story_id };
    for (const route of withIds().filter(({ path }) => /story_id.*(media|comment)_id/.test(path))) {
      expect(await ask(route, mixed, owner), route.path).to.equal(404);
    }
    const { status } = await app()
      .request.put(`/api/v1/stories/${mine.story_id}/clips`)
      .set(owner.auth)
      .send({ clips: [{ media_id: theirs.media_id }] });
    expect(status).to.be.oneOf([404, 409, 422]);
    const theirClips = await app()
      .request.get(`/api/v1/stories/${theirs.story_id}/clips`)
      .set(another.auth);
    expect(theirClips.body.data.clips).to.have.length(1);
  });

  it('lets nobody read what only we need to know', async () => {
    const ids = await build(people.owner, 'shown');
    for (const route of routes().filter(({ method, stream }) => method === 'get' && !stream)) {
      const { text } = await app().request.get(toAddress(route, ids)).set(people.owner.auth);
      expect(text, route.path).not.to.match(/password|token_hash|quarantine|originals|owner_id/);
    }
  });

  async function signUpAll(): Promise<People> {
    const suspended = await app().signUp();
    const { userId } = suspended;
    await app().context.db('users').where({ user_id: userId }).update({ status: 'suspended' });
    return {
      owner: await app().signUp(),
      other: await app().signUp({ userType: 'viewer' }),
      suspended,
      admin: await app().signUp({ userType: 'admin' }),
    };
  }

  const build = ({ userId }: TestUser, state: keyof Row) =>
    buildOneOfEverything(app().context.db, {
      ownerId: userId,
      authorId: people.suspended.userId,
      shown: state === 'shown',
    });

  async function ask(route: Route, ids: Ids, user: TestUser | null): Promise<number> {
    const body = route.body && (BODIES[nameOf(route)]?.(ids) ?? {});
    if (route.body && route.params) {
      expect(BODIES, 'bodies that only access can refuse').to.have.property(nameOf(route));
    }
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

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

const toAddress = (route: Route, ids: Ids) =>
  `/api/v1${route.path.replace(/:(\w+)/g, (_, name: keyof Ids) => ids[name])}`;
