import { expect } from 'chai';

import { buildUser } from '../../fixtures/build.js';
import { buildAuction } from '../../fixtures/build-auction.js';
import { buildWholeStory } from '../../fixtures/build-whole-story.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('the life of a story', () => {
  const app = useApp();
  let alice: TestUser;
  let root: TestUser;
  beforeEach(async () => {
    alice = await app().signUp();
    root = await app().signUp({ userType: 'admin' });
  });
  const build = async (columns: Record<string, unknown> = {}) => {
    const built = await buildWholeStory(app().context.db, { maker_id: alice.userId, ...columns });
    return { ...built, id: toPublicId('story', built.storyId) };
  };
  const act = (id: string, move: string, user = alice) =>
    app().request.post(`/api/v1/stories/${id}/${move}`).set(user.auth);
  const decide = (id: string, move: string, body: object = {}) =>
    app().request.post(`/api/v1/admin/stories/${id}/${move}`).set(root.auth).send(body);
  const stateOf = async (id: string) =>
    (await app().request.get(`/api/v1/stories/${id}/state`).set(alice.auth)).body.data;
  const seenByAnybody = async (id: string) =>
    (await app().request.get(`/api/v1/stories/${id}`)).status;
  const refusal = ({ status, body }: { status: number; body: { error?: { code: string } } }) => [
    status,
    body.error?.code,
  ];

  describe('submitting', () => {
    it('hands it in, and tells what can be done now', async () => {
      const { id } = await build();
      const { status, body } = await act(id, 'submit');
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body.data).to.include({ status: 'submitted', rejection: null });
      expect(body.data.submitted_at).to.be.a('string');
      expect(body.data.possible_moves).to.deep.equal(['withdraw']);
    });

    it('lists everything that is missing at once', async () => {
      const { id, mediaIds } = await build({ clips: 2, sections: [], minimum_offer: '0.50' });
      const { db } = app().context;
      await db('media_files')
        .where({ media_id: mediaIds[1] })
        .update({ processing_status: 'failed' });
      const { status, body } = await act(id, 'submit');
      expect([status, body.error.code]).to.deep.equal([422, 'STORY_INCOMPLETE']);
      const fields = ['sections', 'minimum_offer', 'clips', 'clips.1'];
      expect(body.error.details.map((each: { field: string }) => each.field)).to.deep.equal(fields);
      expect((await stateOf(id)).missing).to.deep.equal(body.error.details);
      expect(await db('audit_entries')).to.be.empty;
    });

    it('is refused twice with the possible moves', async () => {
      const { id } = await build();
      await act(id, 'submit');
      const { status, body } = await act(id, 'submit');
      expect([status, body.error.code]).to.deep.equal([409, 'MOVE_NOT_POSSIBLE']);
      expect(body.error.details[0]).to.deep.include({
        status: 'submitted',
        possible_moves: ['withdraw'],
      });
    });

    it('happens once where it is asked for at once', async () => {
      const { id } = await build();
      const answers = await Promise.all(Array.from({ length: 8 }, () => act(id, 'submit')));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).to.deep.equal([200, ...Array(7).fill(409)]);
      expect(await app().context.db('audit_entries')).to.have.length(1);
    });

    it('can be taken back, to go on writing', async () => {
      const { id } = await build();
      await act(id, 'submit');
      expect((await act(id, 'withdraw')).body.data.status).to.equal('draft');
      expect((await act(id, 'submit')).status).to.equal(200);
    });

    it('waits while submissions are switched off', async () => {
      const { id } = await build();
      await app()
        .request.put('/api/v1/admin/flags/story_submissions')
        .set(root.auth)
        .send({ enabled: false })
        .expect(200);
      expect(refusal(await act(id, 'submit'))).to.deep.equal([409, 'SUBMISSIONS_PAUSED']);
      await app()
        .request.put('/api/v1/admin/flags/story_submissions')
        .set(root.auth)
        .send({ enabled: true })
        .expect(200);
      expect((await act(id, 'submit')).status).to.equal(200);
    });
  });

  describe('the moderation', () => {
    it('reads the queue, those that wait longest first, in pages', async () => {
      const ids: string[] = [];
      for (let at = 0; at < 3; at += 1) {
        const { id } = await build();
        ids.push(id);
        await act(id, 'submit').expect(200);
      }
      await build();
      const read = async (query: string) =>
        (await app().request.get(`/api/v1/admin/stories?${query}`).set(root.auth)).body.data;
      const first = await read('limit=2');
      const idsOf = ({ stories }: { stories: { story: { story_id: string } }[] }) =>
        stories.map(({ story }) => story.story_id);
      expect(idsOf(first)).to.deep.equal(ids.slice(0, 2));
      expect(first.pagination).to.deep.equal({ page: 1, limit: 2, total: 3, has_more: true });
      expect(first.stories[0].state.possible_moves).to.deep.equal([
        ...['approve', 'schedule', 'reject'],
      ]);
      expect(first.stories[0].story.media.carousel).to.have.length(3);
      expect(idsOf(await read('limit=2&page=2'))).to.deep.equal(ids.slice(2));
      expect((await read('status=draft')).pagination.total).to.equal(1);
    });

    it('approves: everybody sees it, from its first version on', async () => {
      const { id, storyId } = await build();
      await act(id, 'submit');
      expect(await seenByAnybody(id)).to.equal(404);
      const { status, body } = await decide(id, 'approve');
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body.data).to.include({ status: 'published', version: 1, publish_at: null });
      expect(await seenByAnybody(id)).to.equal(200);
      const versions = await app().context.db('story_versions').where({ story_id: storyId });
      expect(versions.map(({ version, actor_id }) => [version, actor_id])).to.deep.equal([
        [1, root.userId],
      ]);
    });

    it('approves for a time, and chooses another', async () => {
      const { id } = await build();
      await act(id, 'submit');
      const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
      const [first, second] = [at(1), at(2)];
      const { body } = await decide(id, 'approve', { publish_at: first });
      expect(body.data).to.include({ status: 'approved', publish_at: first });
      expect(await seenByAnybody(id)).to.equal(404);
      expect((await decide(id, 'approve', { publish_at: second })).body.data.publish_at).to.equal(
        second,
      );
      expect((await decide(id, 'approve')).body.data.status).to.equal('published');
      for (const wrong of [at(-1), at(24 * 400), 'tomorrow']) {
        const answer = await decide(id, 'approve', { publish_at: wrong });
        expect(refusal(answer)).to.deep.equal([422, 'VALIDATION_ERROR']);
      }
    });

    it('approves nothing that has become incomplete', async () => {
      const { id, mediaIds } = await build();
      await act(id, 'submit');
      await app()
        .context.db('media_files')
        .where({ media_id: mediaIds[0] })
        .update({ processing_status: 'processing' });
      expect(refusal(await decide(id, 'approve'))).to.deep.equal([422, 'STORY_INCOMPLETE']);
    });

    it('rejects with a reason, which the maker reads until it is submitted again', async () => {
      const { id } = await build();
      await act(id, 'submit');
      for (const body of [{}, { reason: ' ' }, { reason: 'x', status: 'published' }]) {
        expect((await decide(id, 'reject', body)).status).to.equal(422);
      }
      await decide(id, 'reject', { reason: 'Show the rim.' }).expect(200);
      const state = await stateOf(id);
      expect(state.rejection.reason).to.equal('Show the rim.');
      expect(state.possible_moves).to.deep.equal(['revise']);
      expect((await act(id, 'revise')).body.data).to.include({ status: 'draft' });
      expect((await stateOf(id)).rejection.reason).to.equal('Show the rim.');
      expect((await act(id, 'submit')).body.data.rejection).to.equal(null);
    });

    it('decides once: of two that differ, one is refused', async () => {
      const { id } = await build();
      await act(id, 'submit');
      const answers = await Promise.all([
        decide(id, 'approve'),
        decide(id, 'reject', { reason: 'No.' }),
      ]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
    });
  });

  describe('a takedown', () => {
    const published = { status: 'published', published_at: new Date() };

    it('hides a story at once, and ends with a reinstatement', async () => {
      const { id, mediaIds } = await build(published);
      const play = () =>
        app().request.post(`/api/v1/media/${toPublicId('media', mediaIds[0] ?? '')}/playback`);
      expect([await seenByAnybody(id), (await play()).status]).to.deep.equal([200, 200]);
      const { body } = await decide(id, 'take-down', { reason: 'Reported as a copy.' });
      expect(body.data.takedown.reason).to.equal('Reported as a copy.');
      expect([await seenByAnybody(id), (await play()).status]).to.deep.equal([404, 404]);
      expect((await stateOf(id)).takedown.reason).to.equal('Reported as a copy.');
      const again = await decide(id, 'take-down', { reason: 'Twice.' });
      expect(refusal(again)).to.deep.equal([409, 'MOVE_NOT_POSSIBLE']);
      expect(again.body.error.details[0].possible_moves).to.deep.equal(['reinstate']);
      await decide(id, 'reinstate').expect(200);
      expect([await seenByAnybody(id), (await play()).status]).to.deep.equal([200, 200]);
    });

    it('closes the edge to who holds cookies already', async () => {
      const { id, mediaIds } = await build(published);
      const media = toPublicId('media', mediaIds[0] ?? '');
      const opened = await app().request.post(`/api/v1/media/${media}/playback`).expect(200);
      const cookie = (opened.get('Set-Cookie') ?? []).map((line) => line.split(';')[0]).join('; ');
      const fetchPart = () =>
        app().request.get(`/media/${mediaIds[0]}/e1-1/multivariant.m3u8`).set('Cookie', cookie);
      expect((await fetchPart()).status).to.equal(404);
      await decide(id, 'take-down', { reason: 'Reported.' }).expect(200);
      const refused = await fetchPart();
      expect([refused.status, refused.body.error.code]).to.deep.equal([403, 'MEDIA_WITHDRAWN']);
    });

    it('outlasts its maker’s archiving and restoring', async () => {
      const { id } = await build(published);
      await decide(id, 'take-down', { reason: 'Reported.' });
      await act(id, 'archive').expect(200);
      await act(id, 'restore').expect(200);
      expect(await seenByAnybody(id)).to.equal(404);
    });

    it('is for what has been approved only', async () => {
      const { id } = await build();
      const refused = await decide(id, 'take-down', { reason: 'Early.' });
      expect(refusal(refused)).to.deep.equal([409, 'MOVE_NOT_POSSIBLE']);
    });
  });

  describe('archiving', () => {
    it('puts it away, and restoring publishes it as it was', async () => {
      const { id } = await build();
      await act(id, 'submit');
      const first = (await decide(id, 'approve')).body.data.published_at;
      expect((await act(id, 'archive')).body.data).to.include({ status: 'archived' });
      expect(await seenByAnybody(id)).to.equal(404);
      const { body } = await act(id, 'restore');
      expect(body.data).to.include({
        ...{ status: 'published', version: 1, published_at: first, archived_at: null },
      });
      expect(await seenByAnybody(id)).to.equal(200);
    });

    it('waits for the end of its auction', async () => {
      const { id, storyId } = await build({ status: 'published' });
      const { db } = app().context;
      const bidderId = (await buildUser(db)).user_id;
      await buildAuction(db, { storyId, makerId: alice.userId, bidderId });
      expect(refusal(await act(id, 'archive'))).to.deep.equal([409, 'AUCTION_RUNNING']);
      await db('auctions').update({ status: 'ended' });
      expect((await act(id, 'archive')).status).to.equal(200);
    });
  });

  it('is told in the audit, move by move', async () => {
    const { id } = await build();
    await act(id, 'submit');
    await decide(id, 'reject', { reason: 'Show the rim.' });
    await act(id, 'revise');
    const { body } = await app()
      .request.get(`/api/v1/admin/audit?subject=${id}`)
      .set(root.auth)
      .expect(200);
    const told = body.data.entries.map((entry: Record<string, unknown>) => [
      ...[entry.action, entry.actor_id],
      (entry.before as { status: string }).status,
      (entry.after as { status: string }).status,
    ]);
    expect(told).to.deep.equal([
      ['story.revise', alice.publicId, 'rejected', 'draft'],
      ['story.reject', root.publicId, 'submitted', 'rejected'],
      ['story.submit', alice.publicId, 'draft', 'submitted'],
    ]);
    expect(body.data.entries[1].after.reason).to.equal('Show the rim.');
    expect(body.data.entries[1].origin).to.equal('127.0.0.1');
  });
});
