import { expect } from 'chai';

import { useApp } from '../../fixtures/test-app.js';
import { makeAdmin } from './make-admin.js';

describe('making an admin', () => {
  const app = useApp();
  const password = 'a bench and a good light';
  const login = (email: string, text: string) =>
    app().request.post('/api/v1/auth/login').send({ email, password: text });

  it('opens an account where there is none', async () => {
    const outcome = await makeAdmin(app().context.db, { email: 'Eve@example.com', password });
    expect(outcome).to.equal('made');
    expect((await login('eve@example.com', password)).body.data.user_type).to.equal('admin');
  });

  it('promotes who is there, who keeps the password and the sessions', async () => {
    const alice = await app().signUp({ userType: 'viewer' });
    const given = { email: alice.email, password: null };
    expect(await makeAdmin(app().context.db, given)).to.equal('promoted');
    const { body } = await app().request.get('/api/v1/users/me').set(alice.auth);
    expect(body.data.user_type).to.equal('admin');
    expect((await login(alice.email, alice.password)).status).to.equal(200);
  });

  it('ends every session where the password is replaced', async () => {
    const alice = await app().signUp();
    await makeAdmin(app().context.db, { email: alice.email, password });
    await app().request.get('/api/v1/users/me').set(alice.auth).expect(401);
    expect((await login(alice.email, alice.password)).status).to.equal(401);
  });

  it('is told in the audit, without the address', async () => {
    const alice = await app().signUp();
    await makeAdmin(app().context.db, { email: alice.email, password: null });
    const [entry] = await app().context.db('audit_entries').select();
    expect(entry).to.include({ action: 'user.promoted', subject: alice.publicId });
    expect(JSON.stringify(entry)).not.to.include(alice.email);
  });

  it('needs a password for a new account', async () => {
    const failure = await makeAdmin(app().context.db, {
      email: 'eve@example.com',
      password: null,
    }).catch((err: Error) => err.message);
    expect(failure).to.match(/needs a password/);
  });
});
