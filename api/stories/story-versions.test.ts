import { expect } from 'chai';

import { buildUser } from '../../fixtures/build.js';
import { buildAuction } from '../../fixtures/build-auction.js';
import { buildWholeStory } from '../../fixtures/build-whole-story.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('editing a story', () => {
  const app = useApp();
  let alice: TestUser;
  beforeEach(async () => {
    alice = await app().signUp();
  });
  const build = async (columns: Record<string, unknown> = {}) => {
    const built = await buildWholeStory(app().context.db, { maker_id: alice.userId, ...columns });
    return {
      ...built,
      id: toPublicId('story', built.storyId),
      clips: built.mediaIds.map((mediaId) => toPublicId('media', mediaId)),
    };
  };
  const buildPublished = (columns: Record<string, unknown> = {}) =>
    build({ status: 'published', published_at: new Date(), ...columns });
  const edit = (id: string, body: object, user = alice) =>
    app().request.patch(`/api/v1/stories/${id}`).set(user.auth).send(body);
  const versionsOf = async (id: string, query = '') =>
    (await app().request.get(`/api/v1/stories/${id}/versions${query}`).set(alice.auth)).body.data;
  const openAuction = async (storyId: string) => {
    const { db } = app().context;
    const bidderId = (await buildUser(db)).user_id;
    await buildAuction(db, { storyId, makerId: alice.userId, bidderId });
  };
  const refusal = ({ status, body }: { status: number; body: { error?: { code: string } } }) => [
    status,
    body.error?.code,
  ];

  it('changes what is given and leaves the rest', async () => {
    const { id } = await build({ category: 'Woodwork', tags: ['bowl'] });
    const { status, body } = await edit(id, { title: 'A cherry bowl', minimum_offer: 40.5 });
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.data).to.include({ title: 'A cherry bowl', category: 'Woodwork' });
    expect(body.data.pricing.minimum_offer).to.equal(40.5);
    const more = await edit(id, {
      category: null,
      tags: ['a', 'a', 'b'],
      sections: [{ type: 'notes', content: 'Oiled.' }],
    });
    expect(more.body.data).to.deep.include({ category: null, tags: ['a', 'b'] });
    expect(more.body.data.sections).to.deep.equal([{ type: 'notes', content: 'Oiled.' }]);
    expect((await versionsOf(id)).versions).to.be.empty;
  });

  it('writes over nothing that its writer has not seen, and asks where there is no If-Match', async () => {
    const { id } = await build();
    const seen = (await app().request.get(`/api/v1/stories/${id}`).set(alice.auth)).body.data.etag;
    const first = await edit(id, { title: 'A cherry bowl' }).set('If-Match', `"${seen}"`);
    expect(first.status, JSON.stringify(first.body)).to.equal(200);
    expect(first.body.data.etag).to.not.equal(seen);
    const late = edit(id, { description: 'Of elm.' }).set('If-Match', `"${seen}"`);
    expect(refusal(await late)).to.deep.equal([412, 'STORY_CHANGED']);
    await edit(id, { description: 'Of elm.' })
      .set('If-Match', `"${first.body.data.etag}"`)
      .expect(200);
    const { body } = await edit(id, { tags: ['elm'] });
    expect(body.data).to.deep.include({ title: 'A cherry bowl', description: 'Of elm.' });
  });

  it('takes no notice of clips that were put in order meanwhile', async () => {
    const { id, clips } = await build();
    const read = async () =>
      (await app().request.get(`/api/v1/stories/${id}`).set(alice.auth)).body.data.etag;
    const seen = await read();
    await app()
      .request.put(`/api/v1/stories/${id}/clips`)
      .set(alice.auth)
      .send({ clips: [...clips].reverse().map((media_id) => ({ media_id })) })
      .expect(200);
    expect(await read()).to.equal(seen);
  });

  for (const body of [
    { title: '' },
    { status: 'published' },
    { maker_id: 'user_01h455vb4pex5vsknk084sn02q' },
    { version: 9 },
    { currency: 'EUR' },
    { minimum_offer: 1.005 },
    { sections: [{ type: 'poem', content: 'x' }] },
    { taken_down_at: null },
  ]) {
    it(`refuses ${JSON.stringify(body)}`, async () => {
      const { id } = await build();
      expect(refusal(await edit(id, body))).to.deep.equal([422, 'VALIDATION_ERROR']);
    });
  }

  for (const status of ['submitted', 'approved', 'rejected', 'archived']) {
    it(`is refused while the story is ${status}, with what is possible`, async () => {
      const { id } = await build({ status });
      const answer = await edit(id, { title: 'Another' });
      expect(refusal(answer)).to.deep.equal([409, 'MOVE_NOT_POSSIBLE']);
      expect(answer.body.error.details[0].possible_moves).to.be.an('array');
    });
  }

  describe('once it is published', () => {
    it('makes a version of each change, with what changed', async () => {
      const { id } = await buildPublished();
      await edit(id, { title: 'A cherry bowl' }).expect(200);
      await edit(id, { title: 'A cherry bowl' }).expect(200);
      await edit(id, { tags: ['cherry'], description: 'Of cherry.' }).expect(200);
      const { versions, pagination } = await versionsOf(id);
      const told = versions.map((each: Record<string, unknown>) => [each.version, each.changed]);
      expect(told).to.deep.equal([
        [3, ['description', 'tags']],
        [2, ['title']],
        [1, []],
      ]);
      expect(pagination.total).to.equal(3);
      expect(versions.map((each: { content: { title: string } }) => each.content.title)).to.eql([
        ...['A cherry bowl', 'A cherry bowl', 'A walnut bowl'],
      ]);
      expect(versions[0]).to.include({ changed_by: alice.publicId });
      expect(versions[0].content.minimum_offer).to.equal(35);
      expect((await versionsOf(id, '?limit=1&page=3')).versions[0].version).to.equal(1);
      expect(await app().context.db('audit_entries').pluck('action')).to.deep.equal([
        ...['story.edit', 'story.edit'],
      ]);
    });

    it('numbers versions one by one, also of edits at once', async () => {
      const { id } = await buildPublished();
      await Promise.all(Array.from({ length: 6 }, (_, at) => edit(id, { title: `Bowl ${at}` })));
      const { versions } = await versionsOf(id);
      expect(versions.map((each: { version: number }) => each.version)).to.deep.equal([
        ...[7, 6, 5, 4, 3, 2, 1],
      ]);
    });

    it('keeps its overview and its price', async () => {
      const { id } = await buildPublished();
      for (const body of [{ sections: [] }, { minimum_offer: 0.99 }]) {
        expect(refusal(await edit(id, body))).to.deep.equal([422, 'STORY_INCOMPLETE']);
      }
    });

    it('changes nothing material while its auction runs', async () => {
      const { id, storyId, clips } = await buildPublished({ clips: 4 });
      await openAuction(storyId);
      const sections = [{ type: 'overview', content: 'Another.' }];
      for (const body of [{ title: 'Another' }, { minimum_offer: 1 }, { sections }]) {
        expect(refusal(await edit(id, body))).to.deep.equal([409, 'AUCTION_RUNNING']);
      }
      const removal = app().request.delete(`/api/v1/stories/${id}/clips/${clips[0]}`);
      expect(refusal(await removal.set(alice.auth))).to.deep.equal([409, 'AUCTION_RUNNING']);
      expect((await edit(id, { description: 'More words.', tags: ['x'] })).status).to.equal(200);
      await app().context.db('auctions').update({ status: 'cancelled' });
      expect((await edit(id, { title: 'Another' })).status).to.equal(200);
    });

    it('orders and labels its clips as a version', async () => {
      const { id, clips } = await buildPublished();
      const reversed = clips.toReversed().map((media_id) => ({ media_id, context: 'Details' }));
      await app()
        .request.put(`/api/v1/stories/${id}/clips`)
        .set(alice.auth)
        .send({ clips: reversed })
        .expect(200);
      const { versions } = await versionsOf(id);
      expect([versions[0].version, versions[0].changed]).to.deep.equal([2, ['clips']]);
      expect(versions[0].content.clips).to.deep.equal(reversed);
    });

    it('never falls below three clips, and takes in no new one', async () => {
      const { id, clips } = await buildPublished({ clips: 4 });
      const remove = (clip = '') =>
        app().request.delete(`/api/v1/stories/${id}/clips/${clip}`).set(alice.auth);
      expect((await remove(clips[0])).status).to.equal(204);
      expect(refusal(await remove(clips[1]))).to.deep.equal([422, 'STORY_INCOMPLETE']);
      expect((await app().request.get(`/api/v1/stories/${id}`)).status).to.equal(200);
      const words = Buffer.from(id).toString('base64');
      const upload = await app()
        .request.post('/api/v1/uploads')
        .set({ ...alice.auth, 'Tus-Resumable': '1.0.0', 'Upload-Length': '9' })
        .set('Upload-Metadata', `story_id ${words},filename ${words}`);
      expect(refusal(upload)).to.deep.equal([409, 'STORY_NOT_DRAFT']);
      expect(upload.body.error.details[0].possible_moves).to.deep.equal(['edit', 'archive']);
    });

    it('writes its versions once and for all', async () => {
      const { id } = await buildPublished();
      await edit(id, { title: 'A cherry bowl' }).expect(200);
      const { db } = app().context;
      for (const table of ['story_versions', 'audit_entries']) {
        const rewrite = table === 'story_versions' ? { changed: [] } : { action: 'x' };
        for (const change of [db(table).update(rewrite), db(table).delete()]) {
          const words = await change.then(() => 'done').catch((err: Error) => err.message);
          expect(words).to.match(/append-only/);
        }
      }
    });
  });
});
