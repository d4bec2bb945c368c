import { expect } from 'chai';
import fc from 'fast-check';

import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { isOnFor } from './flag.js';
import { openFlags } from './open-flags.js';

const percent = fc.integer({ min: 0, max: 100 });

describe('whom a flag is on for', () => {
  it('stays the same for a subject, and is never taken away by a larger share', () => {
    fc.assert(
      fc.property(fc.uuid(), percent, percent, (subject, one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const on = (percentage: number) => isOnFor('x', { enabled: true, percentage }, subject);
        expect(on(less)).to.equal(on(less));
        if (on(less)) expect(on(more)).to.equal(true);
        expect(on(0)).to.equal(false);
        expect(on(100)).to.equal(true);
        expect(isOnFor('x', { enabled: false, percentage: 100 }, subject)).to.equal(false);
      }),
    );
  });

  it('is about the share that was asked for', () => {
    const subjects = Array.from({ length: 10_000 }, (_, at) => `subject-${at}`);
    for (const percentage of [5, 50, 90]) {
      const on = subjects.filter((each) => isOnFor('x', { enabled: true, percentage }, each));
      expect(on.length / 100).to.be.closeTo(percentage, 2);
    }
  });
});

describe('switching flags', () => {
  const app = useApp();
  let root: TestUser;
  beforeEach(async () => {
    app().context.flags.forget();
    root = await app().signUp({ userType: 'admin' });
  });
  const put = (name: string, body: object) =>
    app().request.put(`/api/v1/admin/flags/${name}`).set(root.auth).send(body);

  it('begins with everything on', async () => {
    const { body } = await app().request.get('/api/v1/admin/flags').set(root.auth).expect(200);
    expect(body.data.flags).to.deep.include({
      name: 'story_submissions',
      description: 'Makers may submit stories for review',
      ...{ enabled: true, percentage: 100 },
    });
  });

  it('changes what is given, and tells the audit', async () => {
    await put('story_submissions', { percentage: 30 }).expect(200);
    const { body } = await put('story_submissions', { enabled: false });
    expect(body.data).to.include({ enabled: false, percentage: 30 });
    const { data } = (await app().request.get('/api/v1/admin/audit?action=flag.set').set(root.auth))
      .body;
    expect(data.entries[0]).to.deep.include({
      subject: 'flag:story_submissions',
      actor_id: root.publicId,
      before: { enabled: true, percentage: 30 },
      after: { enabled: false, percentage: 30 },
    });
    expect(data.pagination.total).to.equal(2);
  });

  it('refuses what is no share, and knows no other flag', async () => {
    for (const body of [
      { percentage: 101 },
      { percentage: -1 },
      { percentage: 1.5 },
      { on: true },
    ]) {
      expect((await put('story_submissions', body)).status).to.equal(422);
    }
    expect((await put('everything', { enabled: true })).status).to.equal(404);
  });

  it('is seen by another process within ten seconds', async () => {
    let now = 0;
    const other = openFlags(app().context.db, () => now);
    expect(await other.isEnabled('story_submissions', 'x')).to.equal(true);
    await put('story_submissions', { enabled: false }).expect(200);
    expect(await other.isEnabled('story_submissions', 'x')).to.equal(true);
    now = 10_001;
    expect(await other.isEnabled('story_submissions', 'x')).to.equal(false);
    expect(await app().context.flags.isEnabled('story_submissions', 'x')).to.equal(false);
  });
});
