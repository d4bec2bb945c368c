import { expect } from 'chai';

import { useApp } from '../../fixtures/test-app.js';
import { removeOldSessions } from './remove-old-sessions.js';

describe('removing old sessions', () => {
  const app = useApp();
  const refresh = (token: string) =>
    app().request.post('/api/v1/auth/refresh').send({ refresh_token: token });

  it('takes expired tokens from a session that goes on', async () => {
    const { db } = app().context;
    const alice = await app().signUp();
    const second = (await refresh(alice.refreshToken)).body.data.refresh_token;
    const expired = { expires_at: new Date(Date.now() - 1_000) };
    await db('refresh_tokens').whereNotNull('used_at').update(expired);
    await removeOldSessions(app().context);
    expect(await db('refresh_tokens').whereNotNull('used_at')).to.deep.equal([]);
    expect((await refresh(alice.refreshToken)).body.error.code).to.equal('INVALID_TOKEN');
    expect((await refresh(second)).status).to.equal(200);
  });

  it('takes a session once it is over for 90 days', async () => {
    const { db } = app().context;
    await app().signUp();
    const over = (days: number) =>
      db('sessions').update({ expires_at: new Date(Date.now() - days * 24 * 3_600_000) });
    await over(89);
    await removeOldSessions(app().context);
    expect(await db('sessions')).to.have.length(1);
    await over(91);
    await removeOldSessions(app().context);
    expect(await db('sessions')).to.deep.equal([]);
  });
});
