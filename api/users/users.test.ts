import { expect } from 'chai';

import { readCode, readLetters } from '../../fixtures/mailbox.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';

describe('my account', () => {
  const app = useApp();
  const call = (method: 'get' | 'patch' | 'delete' | 'post', user: TestUser, path = '') =>
    app().request[method](`/api/v1/users/me${path}`).set(user.auth);
  const login = (email: string, password: string) =>
    app().request.post('/api/v1/auth/login').send({ email, password });
  const forgetProof = () => app().context.db('sessions').update({ confirmed_at: null });

  it('changes the fields of its profile that are given, and no others', async () => {
    const alice = await app().signUp();
    const change = { location: 'Turku', website: 'https://alice.example', instagram_handle: 'a.l' };
    const { status, body } = await call('patch', alice).send(change);
    expect(status).to.equal(200);
    expect(body.data.profile).to.include({ ...change, display_name: 'Alice' });
    const cleared = await call('patch', alice).send({ location: null });
    expect(cleared.body.data.profile).to.include({ location: null, instagram_handle: 'a.l' });
    for (const wrong of [
      { user_id: alice.publicId },
      { email: 'x@example.com' },
      { website: 'javascript:alert(1)' },
      { display_name: '' },
      { preferences: {} },
    ]) {
      expect((await call('patch', alice).send(wrong)).status, JSON.stringify(wrong)).to.equal(422);
    }
  });

  it('moves to a new address by a code to it, and the old one is told', async () => {
    const alice = await app().signUp();
    const email = 'new@example.com';
    await call('post', alice, '/email').send({ email }).expect(204);
    expect((await call('get', alice)).body.data.email).to.equal(alice.email);
    const code = await readCode(app(), email);
    const { body } = await call('post', alice, '/email/verify').send({ code });
    expect(body.data).to.include({ email, email_verified: true });
    const [letter] = await readLetters(app(), alice.email);
    expect(letter?.subject).to.equal('Your e-mail address was changed');
    await login(alice.email, alice.password).expect(401);
    await login(email, alice.password).expect(200);
  });

  it('answers alike where the new address has an account, which is mailed instead', async () => {
    const [alice, bob] = [await app().signUp(), await app().signUp()];
    const free = await call('post', alice, '/email').send({ email: 'free@example.com' });
    const taken = await call('post', alice, '/email').send({ email: bob.email });
    expect([taken.status, taken.text]).to.deep.equal([free.status, free.text]);
    const [letter] = await readLetters(app(), bob.email);
    expect(letter?.subject).to.equal('You have an account already');
  });

  it('does not move to an address that was registered meanwhile', async () => {
    const alice = await app().signUp();
    await call('post', alice, '/email').send({ email: 'new@example.com' }).expect(204);
    const code = await readCode(app(), 'new@example.com');
    await app().signUp({ email: 'new@example.com' });
    await call('post', alice, '/email/verify').send({ code }).expect(422);
  });

  it('changes its password for who knows the present one, and ends the other sessions', async () => {
    const alice = await app().signUp();
    const other = (await login(alice.email, alice.password)).body.data;
    const change = (current_password: string) =>
      call('post', alice, '/password').send({
        current_password,
        password: 'another evening, another bowl',
      });
    expect((await change('not the one')).body.error.code).to.equal('WRONG_PASSWORD');
    await change(alice.password).expect(204);
    await app()
      .request.get('/api/v1/users/me')
      .set('Authorization', `Bearer ${other.access_token}`)
      .expect(401);
    await call('get', alice).expect(200);
    await login(alice.email, 'another evening, another bowl').expect(200);
  });

  it('is deleted softly: its sessions end, and nobody signs in to it', async () => {
    const alice = await app().signUp();
    await call('delete', alice).expect(204);
    await call('get', alice).expect(401);
    const refused = await login(alice.email, alice.password);
    expect(refused.body.error.code).to.equal('INVALID_CREDENTIALS');
    await app().request.get(`/api/v1/makers/${alice.publicId}`).expect(404);
    const { db } = app().context;
    expect(await db('users').first()).to.include({ status: 'deleted', email: alice.email });
    const [entry] = await db('audit_entries').where({ action: 'user.deleted' });
    expect(entry).to.include({ actor_id: alice.userId, subject: alice.publicId });
  });

  it('asks for a fresh proof before each of these', async () => {
    const alice = await app().signUp();
    await forgetProof();
    const acts = [
      call('delete', alice),
      call('post', alice, '/email').send({ email: 'new@example.com' }),
      call('post', alice, '/email/verify').send({ code: '000000' }),
      call('post', alice, '/password').send({ password: 'another evening, another bowl' }),
    ];
    for (const act of acts) {
      const { status, body } = await act;
      expect([status, body.error.code]).to.deep.equal([403, 'STEP_UP_REQUIRED']);
    }
  });
});

describe('what a maker shows', () => {
  const app = useApp();
  const read = (id: string) => app().request.get(`/api/v1/makers/${id}`);

  it('is the profile, to anybody, and nothing else', async () => {
    const alice = await app().signUp();
    const { status, body } = await read(alice.publicId);
    expect(status).to.equal(200);
    expect(body.data).to.deep.equal({
      maker_id: alice.publicId,
      display_name: 'Alice',
      bio: null,
      avatar_url: null,
      location: null,
      website: null,
      instagram_handle: null,
    });
  });

  it('is not there for viewers, the suspended and nobody', async () => {
    const viewer = await app().signUp({ userType: 'viewer' });
    const gone = await app().signUp();
    const { db } = app().context;
    await db('users').where({ user_id: gone.userId }).update({ status: 'suspended' });
    for (const id of [viewer.publicId, gone.publicId, 'user_nobody']) {
      expect((await read(id)).status).to.equal(404);
    }
  });
});
