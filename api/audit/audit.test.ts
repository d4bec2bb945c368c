import { expect } from 'chai';

import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { recordAudit } from './record-audit.js';

describe('reading the audit', () => {
  const app = useApp();
  let root: TestUser;
  let alice: TestUser;
  beforeEach(async () => {
    root = await app().signUp({ userType: 'admin' });
    alice = await app().signUp();
    for (const [userId, action, subject] of [
      [root.userId, 'story.reject', 'story_a'],
      [alice.userId, 'story.submit', 'story_a'],
      [alice.userId, 'story.submit', 'story_b'],
      [null, 'story.publish', 'story_b'],
    ] as const) {
      const act = { action, subject, before: { status: 'x' }, after: null };
      await app().context.db.transaction((trx) =>
        recordAudit(trx, { userId, origin: 'test' }, act),
      );
    }
  });
  const read = (query: string, user = root) =>
    app().request.get(`/api/v1/admin/audit?${query}`).set(user.auth);

  it('gives the newest first, in pages', async () => {
    const { data } = (await read('limit=3')).body;
    expect(data.pagination).to.deep.equal({ page: 1, limit: 3, total: 4, has_more: true });
    expect(data.entries[0]).to.deep.include({
      ...{ actor_id: null, action: 'story.publish', subject: 'story_b', origin: 'test' },
      ...{ before: { status: 'x' }, after: null },
    });
    expect((await read('limit=3&page=2')).body.data.entries).to.have.length(1);
  });

  it('finds by who, by what and by act', async () => {
    const count = async (query: string) => (await read(query)).body.data.pagination.total;
    expect(await count(`actor=${alice.publicId}`)).to.equal(2);
    expect(await count('subject=story_a')).to.equal(2);
    expect(await count('action=story.submit')).to.equal(2);
    expect(await count(`actor=${alice.publicId}&subject=story_b`)).to.equal(1);
    expect(await count('subject=story_c')).to.equal(0);
  });

  for (const query of ['actor=alice', 'subject=%27%20or%201=1', 'action=A', 'from=x', 'page=0']) {
    it(`refuses ${query}`, async () => {
      expect((await read(query)).status).to.equal(422);
    });
  }

  it('is for admins', async () => {
    expect((await read('', alice)).status).to.equal(403);
    expect((await app().request.get('/api/v1/admin/audit')).status).to.equal(401);
  });
});
