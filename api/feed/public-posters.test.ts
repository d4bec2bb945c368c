import { generateKeyPairSync } from 'node:crypto';

import { expect } from 'chai';

import { buildShownStory } from '../../fixtures/shown-story.js';
import { useApp } from '../../fixtures/test-app.js';
import { objectKey } from '../../pipeline/storage/object-key.js';
import { removeObjects } from '../media/remove-objects.js';
import { posterSweep } from './public-posters.js';

describe('a poster in the feed', () => {
  const app = useApp();

  it('can be opened by anybody, until its story is shown no more', async () => {
    const storyId = await buildShownStory(app(), { clip: true });
    const [{ thumbnail_url: url }] = (await feed()).body.data.stories;
    expect(url).to.match(/\/public\/posters\/[0-9a-f-]{36}\/[0-9a-f]{32}\.jpg$/);
    expect((await feed()).body.data.stories[0].thumbnail_url).to.equal(url);
    const opened = await fetch(url);
    expect(opened.status).to.equal(200);
    expect(await opened.text()).to.equal('poster of 640');
    expect(opened.headers.get('content-type')).to.equal('image/jpeg');
    expect(opened.headers.get('cache-control')).to.match(/^public, max-age=31536000/);

    const { db, storage } = app().context;
    const sweep = posterSweep(app().context);
    expect(await sweep()).to.equal(0);
    await db('stories').where({ story_id: storyId }).update({ taken_down_at: new Date() });
    expect((await fetch(url)).status).to.equal(403);
    expect(await sweep()).to.equal(1);
    await removeObjects(app().context);
    expect(await storage.head(objectKey(new URL(url).pathname.slice(1)))).to.equal(null);
    await db('stories').where({ story_id: storyId }).update({ taken_down_at: null });
    const [again] = (await feed()).body.data.stories;
    expect((await fetch(again.thumbnail_url)).status).to.equal(200);
  });

  it('is copied once, however many ask at the same time, and anew where the clip has another', async () => {
    const storyId = await buildShownStory(app(), { clip: true });
    const answers = await Promise.all(Array.from({ length: 10 }, () => feed()));
    const urls = answers.map(({ body }) => body.data.stories[0].thumbnail_url);
    expect(new Set(urls).size).to.equal(1);
    const { db, storage } = app().context;
    expect(await db('object_removals')).to.deep.equal([]);
    const { media_id: mediaId } = await db('media_files').where({ story_id: storyId }).first();
    const key = `media/${mediaId}/r2/poster.jpg`;
    await storage.put(objectKey(key), Buffer.from('a new one'), { contentType: 'image/jpeg' });
    const poster = [{ width: 300, height: 300, jpeg: key, webp: key }];
    await db('media_files').update({ metadata: db.raw('metadata || ?', [{ poster }]) });
    const [{ thumbnail_url: url }] = (await feed()).body.data.stories;
    expect(await (await fetch(url)).text()).to.equal('a new one');
    expect(await db('object_removals')).to.have.length(1);
  });

  it('is left out while it cannot be copied', async () => {
    const storyId = await buildShownStory(app(), { clip: true });
    const { db, storage } = app().context;
    const { media_id: mediaId } = await db('media_files').where({ story_id: storyId }).first();
    await storage.removePrefix(`media/${mediaId}/`);
    const { status, body } = await feed();
    expect(status).to.equal(200);
    expect(body.data.stories[0].thumbnail_url).to.equal(null);
  });

  const feed = () => app().request.get('/api/v1/feed');
});

describe('a poster in the feed behind CloudFront', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app = useApp({
    env: {
      CLOUDFRONT_URL: 'https://cdn.example.com',
      CLOUDFRONT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  });

  it('has an address there that nobody signs, and lies where the bucket is public', async () => {
    await buildShownStory(app(), { clip: true });
    const { body } = await app().request.get('/api/v1/feed');
    const url = new URL(body.data.stories[0].thumbnail_url);
    expect(url.origin).to.equal('https://cdn.example.com');
    expect(url.search).to.equal('');
    expect(url.pathname).to.match(/^\/public\/posters\//);
    const { storage } = app().context;
    const info = await storage.head(objectKey(url.pathname.slice(1)));
    expect(info?.contentType).to.equal('image/jpeg');
    const { status } = await app().request.get(url.pathname);
    expect(status).to.equal(200);
  });
});
