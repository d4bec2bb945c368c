import { expect } from 'chai';
import fc from 'fast-check';

import { buildStory } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { announce } from '../../fixtures/tus.js';
import { toPublicId } from '../../pipeline/platform/ids.js';

describe('reading what an upload is announced with', () => {
  const app = useApp({ env: { UPLOAD_MAX_UNFINISHED: '1000' } });
  let alice: TestUser;

  beforeEach(async () => {
    alice = await app().signUp();
  });

  async function makeStory(): Promise<string> {
    const { story_id } = await buildStory(app().context.db, { maker_id: alice.userId });
    return toPublicId('story', story_id);
  }

  const create = (metadata: string) =>
    app()
      .request.post('/api/v1/uploads')
      .set({ 'Tus-Resumable': '1.0.0', 'Upload-Length': '10', ...alice.auth })
      .set('Upload-Metadata', metadata);

  /** What a header may be made of at all. */
  const printable = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 20,
  });
  const key = fc.oneof(
    fc.constantFrom('story_id', 'filename', 'filetype', 'context', 'replaces'),
    fc.constantFrom('__proto__', 'constructor', 'toString', ''),
    printable,
  );
  const encoded = fc
    .oneof(fc.uint8Array({ maxLength: 60 }), fc.constant(new Uint8Array(3000).fill(0x61)))
    .map((bytes) => Buffer.from(bytes).toString('base64'));
  const pair = fc
    .tuple(key, fc.oneof(encoded, encoded, printable))
    .map(([name, value]) => `${name} ${value}`);
  const list = fc
    .array(fc.oneof(pair, pair, key), { maxLength: 5 })
    .map((parts) => parts.join(','));

  it('takes it or refuses it with a code, whatever it is', async () => {
    const story = announce({ story_id: await makeStory() });
    const property = fc.asyncProperty(list, fc.boolean(), async (metadata, isNamed) => {
      const answer = await create(isNamed ? `${story},${metadata}` : metadata);
      if (answer.status === 201) return;
      expect(answer.status, metadata).to.be.within(400, 499);
      expect(answer.body.error?.code, metadata).to.match(/^[A-Z_]+$/);
    });
    await fc.assert(property, { numRuns: 120 });
  });

  it('keeps the words that it takes as they were', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/[/\\\p{C}\p{Z}]|^\.+$/u.test(text));
    const property = fc.asyncProperty(name, async (filename) => {
      const made = await create(announce({ story_id: await makeStory(), filename }));
      expect(made.status, filename).to.equal(201);
      const clip = await app()
        .request.get(`/api/v1/media/${made.headers['media-id']}`)
        .set(alice.auth);
      expect(clip.body.data.filename).to.equal(filename);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
