import { expect } from 'chai';
import { pino } from 'pino';

import { useDatabase } from '../../fixtures/database.js';
import { useStorage } from '../../fixtures/storage.js';
import { uploadKey } from '../../pipeline/media-keys.js';
import { queueRemoval } from '../../pipeline/object-removal-queries.js';
import { newId } from '../../pipeline/platform/ids.js';
import { objectKey } from '../../pipeline/storage/object-key.js';
import { removeObjects } from './remove-objects.js';

describe('removing objects whose time is over', () => {
  const database = useDatabase();
  const storage = useStorage();

  it('takes along what an upload that failed has left beside it, and nobody else’s', async () => {
    const [key, other] = [uploadKey(newId()), uploadKey(newId())];
    const all = [key, `${key}.part`, `${other}.part`].map(objectKey);
    for (const object of all) {
      await storage().put(object, Buffer.from('x'), { contentType: 'video/mp4' });
    }
    const { db } = database();
    await queueRemoval(db, { key });
    const log = pino({ level: 'silent' });
    expect(await removeObjects({ db, storage: storage(), log })).to.equal(1);
    const there = await Promise.all(
      all.map(async (object) => (await storage().head(object)) !== null),
    );
    expect(there).to.deep.equal([false, false, true]);
  });
});
