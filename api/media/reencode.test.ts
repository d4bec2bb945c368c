import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect } from 'chai';

import { buildMediaFile } from '../../fixtures/build.js';
import { type TestUser, useApp } from '../../fixtures/test-app.js';
import { encodeMedia, publishMedia } from '../../pipeline/jobs/media-jobs.js';
import { getMediaFile } from '../../pipeline/media-file-queries.js';
import { toPublicId } from '../../pipeline/platform/ids.js';
import { reencodeAll } from '../../pipeline/reencode-all.js';
import { countReencodable } from '../../pipeline/reencode-queries.js';
import { objectKey } from '../../pipeline/storage/object-key.js';

describe('asking for a completed clip anew', () => {
  const app = useApp();
  let admin: TestUser;
  beforeEach(async () => {
    admin = await app().signUp({ userType: 'admin' });
  });
  const look = async (id: string) => (await getMediaFile(app().context.db, id)) ?? expect.fail();
  const ask = (id: string, user = admin) =>
    app()
      .request.post(`/api/v1/media/${toPublicId('media', id)}/reencode`)
      .set(user.auth);

  async function build(overrides: Record<string, unknown> = {}, hasSource = true) {
    const { db, storage } = app().context;
    const { media_id } = await buildMediaFile(db, {
      ...{ processing_status: 'completed', revision: 'e1-1', encode_profile: 1 },
      metadata: {
        ...{ stage: 'completed', percent: 100, playable: true, stills_revision: 's1-1' },
        playlist: 'media/x/e1-1/multivariant.m3u8',
      },
      ...overrides,
    });
    const key = objectKey((await look(media_id)).filePath);
    if (hasSource) await storage.put(key, Buffer.from('x'), { contentType: 'video/mp4' });
    return media_id;
  }

  it('queues it, and shows it as completed all the while', async () => {
    const id = await build();
    const before = (await look(id)).version;
    const { status, body } = await ask(id);
    expect(status, JSON.stringify(body)).to.equal(202);
    expect(body.data).to.include({
      ...{ status: 'completed', stage: 'completed', percent: 100, playable: true },
    });
    const file = await look(id);
    expect(file).to.include({ attempt: 2, revision: 'e1-1', reencoding: true });
    expect(file.version).to.be.greaterThan(before);
    const { queues } = app().context;
    for (const contract of [encodeMedia, publishMedia]) {
      expect(await queues.isKnown(contract, `${id}_2`), contract.queue).to.equal(true);
    }
    expect((await ask(id)).status).to.equal(202);
    expect(await look(id)).to.include({ attempt: 2 });
  });

  it('is for admins, and for clips that are completed and whose source is there', async () => {
    const id = await build();
    expect((await ask(id, await app().signUp())).status).to.equal(403);
    for (const processing_status of ['pending', 'processing', 'failed']) {
      const answer = await ask(await build({ processing_status }));
      expect([answer.status, answer.body.error.code]).to.deep.equal([409, 'NOT_REENCODABLE']);
    }
    const answer = await ask(await build({}, false));
    expect(answer.body.error.message).to.match(/source/);
  });

  it('of many takes those below a profile, those that failed with the present one only when told', async () => {
    const { context } = app();
    const old = await build({ encode_profile: 0 });
    const unnoted = await build({ encode_profile: null });
    await build({ encode_profile: 1 });
    await build({ encode_profile: 0, processing_status: 'failed' });
    const gone = await build({ encode_profile: 0 }, false);
    const given = { code: 'CORRUPT_MEDIA', message: 'no', profile: 1 };
    const failed = await build({ encode_profile: 0, reencode_error: JSON.stringify(given) });
    const query = { profileBelow: 1, failedToo: false };
    expect(await countReencodable(context.db, query)).to.equal(3);
    expect(await reencodeAll(context, query)).to.include({ queued: 2, 'source-gone': 1 });
    expect(await reencodeAll(context, query)).to.include({ queued: 0, 'source-gone': 1 });
    for (const id of [old, unnoted]) expect(await look(id)).to.include({ reencoding: true });
    expect(await look(gone)).to.include({ reencoding: false });
    expect(await reencodeAll(context, { ...query, failedToo: true })).to.include({ queued: 1 });
    expect(await look(failed)).to.include({ reencoding: true });
  });

  it('works from a terminal: by profile, by clip, and without doing it', async () => {
    const { config } = app().context;
    const id = await build({ encode_profile: 0 });
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', 'api/reencode-cli.ts', ...args], {
        env: {
          ...process.env,
          ...(config.database.url && { DATABASE_URL: config.database.url }),
          DATA_DIR: config.dataDir,
          QUEUE_PREFIX: config.queue.prefix,
        },
      }).catch((failure) => failure as { code: number; stdout: string; stderr: string });
    expect((await run('--profile-below', '1', '--dry-run')).stdout).to.match(/^1 clips? /);
    expect(await look(id)).to.include({ reencoding: false });
    const { stdout, stderr } = await run('--profile-below', '1');
    expect(stdout, stderr).to.match(/1 queued\n1 wait or run now; 0 could not/);
    expect(await look(id)).to.include({ reencoding: true });
    expect((await run('--clip', toPublicId('media', id))).stdout).to.include('queued before');
    for (const wrong of [[], ['--clip', 'story_1'], ['--profile-below', 'x'], ['--all']]) {
      expect(await run(...wrong), wrong.join()).to.include({ code: 2 });
    }
  }).timeout(120_000);
});
