import { expect } from 'chai';

import { openTestApp, useApp } from '../../fixtures/test-app.js';
import { draftOf, tusOf } from '../../fixtures/tus.js';

describe('uploading where there is no room', () => {
  const app = useApp({ env: { UPLOAD_MIN_FREE_BYTES: '9000000000000000' } });

  it('is refused with 507', async function () {
    if ((await app().context.storage.freeBytes()) === null) {
      console.log('      a bucket has no end: nothing to refuse');
      return this.skip();
    }
    const alice = await app().signUp();
    const refused = await tusOf(app(), alice).create(await draftOf(app(), alice), 1_000);
    expect([refused.status, refused.body.error.code]).to.deep.equal([507, 'INSUFFICIENT_STORAGE']);
    expect(await app().context.db('media_files')).to.have.length(0);
  });
});

describe('uploading behind a proxy', () => {
  const create = async (env: Record<string, string>, headers: Record<string, string>) => {
    const app = await openTestApp({ env });
    try {
      const alice = await app.signUp();
      const { headers: told } = await tusOf(app, alice).create(
        await draftOf(app, alice),
        10,
        headers,
      );
      return told;
    } finally {
      await app.close();
    }
  };
  const forwarded = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'video.example' };

  it('answers the public address', async () => {
    const told = await create({ PUBLIC_URL: 'https://shop.example' }, forwarded);
    expect(told.location).to.match(/^https:\/\/shop\.example\/api\/v1\/uploads\//);
  });

  it('believes a proxy that it was told to trust, and nobody else', async () => {
    const trusting = await create({ TRUST_PROXY: '1' }, forwarded);
    expect(trusting.location).to.match(/^https:\/\/video\.example\/api\/v1\/uploads\//);
    const wary = await create({}, forwarded);
    expect(wary.location).to.match(/^http:\/\/127\.0\.0\.1:\d+\//);
  });

  it('lets pages of listed origins read what tus clients need', async () => {
    const env = { CORS_ORIGINS: 'https://shop.example' };
    const told = await create(env, { Origin: 'https://shop.example' });
    expect(told['access-control-allow-origin']).to.equal('https://shop.example');
    for (const name of ['Location', 'Media-Id', 'Upload-Offset', 'Upload-Expires']) {
      expect(told['access-control-expose-headers']).to.include(name);
    }
    const other = await create(env, { Origin: 'https://evil.example' });
    expect(other).not.to.have.property('access-control-allow-origin');
  });
});
