import { expect } from 'chai';

import { type ApiProcess, spawnApi } from '../../fixtures/api-process.js';
import { openSlowLine } from '../../fixtures/slow-line.js';
import { useApp } from '../../fixtures/test-app.js';
import { bytesOf, draftOf, storedBytes, uploadByClient } from '../../fixtures/tus.js';

describe('killing the API in the middle of an upload', () => {
  const app = useApp();

  it('costs some bytes and nothing else', async function () {
    this.timeout(40_000);
    const alice = await app().signUp();
    const storyId = await draftOf(app(), alice);
    const whole = bytesOf(6_000_000);
    const first = await spawnApi(app());
    const line = await openSlowLine(first.port);
    let second: ApiProcess | undefined;
    try {
      let killed = false;
      const address = await uploadByClient(
        whole,
        {
          endpoint: `${line.url}/api/v1/uploads`,
          // In one piece: the kill comes in the middle of a request, while its lock is held.
          onProgress: (sent) => {
            if (killed || sent < 1_000_000) return;
            killed = true;
            void first.kill();
            line.cut();
            void spawnApi(app()).then((api) => {
              second = api;
              line.port = api.port;
            });
          },
        },
        alice,
        storyId,
      );
      expect(killed).to.equal(true);
      expect((await storedBytes(app(), address)).equals(whole)).to.equal(true);
      expect(await app().context.db('media_files')).to.have.length(1);
      expect(await app().context.db('media_files').first()).to.include({ attempt: 1 });
    } finally {
      await line.close();
      await first.kill();
      await second?.kill();
    }
  });
});
