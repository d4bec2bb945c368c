import { expect } from 'chai';

import { buildPlayableClip } from '../../fixtures/playable-clip.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { captionMedia, captionsJobId } from '../../pipeline/jobs/media-jobs.js';
import { getMediaFile } from '../../pipeline/media-file-queries.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

const VTT = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n';

describe('sending captions', () => {
  const app = useApp();
  let maker: TestUser;
  let mediaId: string;
  let path: string;
  beforeEach(async () => {
    maker = await app().signUp();
    ({ media_id: mediaId } = await buildPlayableClip(app(), maker));
    path = `/api/v1/media/${toPublicId('media', mediaId)}/captions`;
  });

  const put = (language: string, body: string | Buffer, type = 'text/vtt') =>
    app()
      .request.put(`${path}/${language}`)
      .set(maker.auth)
      .set('Content-Type', type)
      .serialize((given) => given as string)
      .send(body as string);
  const list = async () => (await app().request.get(path).set(maker.auth)).body.data.captions;
  const wanted = async () => (await getMediaFile(app().context.db, mediaId))?.captionsVersion;

  it('keeps them checked, names the language in itself, and queues their publishing', async () => {
    const { status, body } = await put('DE-at', VTT);
    expect(status).to.equal(200);
    expect(body.data).to.deep.include({
      language: 'de-AT',
      cues: 1,
      repairs: [],
      published: false,
    });
    expect(body.data.label).to.match(/Deutsch/);
    expect(await list()).to.deep.equal([body.data]);
    const jobId = captionsJobId({ mediaId, attempt: 1, version: 1, tries: 0 });
    expect(await app().context.queues.isKnown(captionMedia, jobId)).to.equal(true);
    const text = await app().request.get(`${path}/de-AT`).set(maker.auth);
    expect(text.headers['content-type']).to.equal('text/vtt; charset=utf-8');
    expect(text.text).to.equal(VTT);
  });

  it('tells what was repaired, by line', async () => {
    const { body } = await put('en', '1\n00:00:01,000 --> 00:00:02,000\nHello\n');
    expect(body.data.repairs).to.deep.equal([
      { message: 'the first line WEBVTT was missing', count: 1, lines: [1] },
      { message: 'commas in times become points', count: 1, lines: [2] },
    ]);
    expect((await list())[0].repairs).to.deep.equal(body.data.repairs);
  });

  it('wants a new version with each change, and with nothing else', async () => {
    await put('en', VTT);
    await put('en', VTT);
    expect(await wanted()).to.equal(1);
    await put('en', VTT.replace('Hello', 'Good morning'));
    expect(await wanted()).to.equal(2);
    await put('en?label=Plain%20English', VTT.replace('Hello', 'Good morning'));
    expect(await wanted()).to.equal(3);
    expect((await list())[0].label).to.equal('Plain English');
    const { status } = await app().request.delete(`${path}/en`).set(maker.auth);
    expect(status).to.equal(204);
    expect(await wanted()).to.equal(4);
    expect(await list()).to.deep.equal([]);
    expect((await app().request.delete(`${path}/en`).set(maker.auth)).status).to.equal(404);
    expect((await app().request.get(`${path}/en`).set(maker.auth)).status).to.equal(404);
  });

  it('cuts at the end of a clip whose length is known', async () => {
    const { db } = app().context;
    await db('media_files')
      .where({ media_id: mediaId })
      .update({ metadata: db.raw(`metadata || '{"duration_ms": 1500}'`) });
    const { body } = await put('en', VTT);
    expect(body.data.repairs[0].message).to.match(/cut at the clip’s end/);
  });

  it('names each line that is wrong', async () => {
    const { status, body } = await put('en', 'WEBVTT\n\nsoon --> later\nHello\n');
    expect(status).to.equal(422);
    expect(body.error.code).to.equal('CAPTIONS_INVALID');
    expect(body.error.details.map(({ field }: { field: string }) => field)).to.deep.equal([
      'line 3',
    ]);
    expect(await wanted()).to.equal(0);
  });

  it('refuses what is too large, of another type, compressed, or of no language', async () => {
    const large = await put('en', Buffer.alloc(1024 * 1024 + 1, 'a'));
    expect([large.status, large.body.error.code]).to.deep.equal([413, 'PAYLOAD_TOO_LARGE']);
    expect((await put('en', VTT, 'text/plain')).status).to.equal(415);
    expect((await put('en', VTT, 'text/vtt; charset=latin1')).status).to.equal(415);
    expect((await put('en', VTT).set('Content-Encoding', 'gzip')).status).to.equal(415);
    const strange = await put('no_language', VTT);
    expect([strange.status, strange.body.error.details[0].field]).to.deep.equal([422, 'language']);
    expect((await put('en?label=a%0Ab', VTT)).status).to.equal(422);
    expect(await list()).to.deep.equal([]);
  });

  it('takes twenty languages', async () => {
    const codes = [...'abcdefghijklmnopqrst'].map((letter) => `de-x-${letter}`);
    for (const code of codes) expect((await put(code, VTT)).status, code).to.equal(200);
    const { status, body } = await put('en', VTT);
    expect([status, body.error.code]).to.deep.equal([409, 'TOO_MANY_CAPTIONS']);
    expect((await put('de-x-a', VTT)).status).to.equal(200);
  });

  it('tells everybody of those that are published', async () => {
    await put('en', VTT);
    const { db } = app().context;
    const captions = [{ language: 'en', label: 'English' }];
    await db('media_files')
      .where({ media_id: mediaId })
      .update({
        captions_published: 1,
        metadata: db.raw('metadata || ?::jsonb', [JSON.stringify({ captions })]),
      });
    expect((await list())[0].published).to.equal(true);
    const { body } = await app().request.get(path.replace('/captions', '')).set(maker.auth);
    expect(body.data.captions).to.deep.equal(captions);
  });
});
