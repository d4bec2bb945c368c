import { expect } from 'chai';

import { buildMediaFile, buildStory, buildUser } from '../fixtures/build.js';
import { useDatabase } from '../fixtures/database.js';
import { getMediaFile } from './media-file-queries.js';
import { queueUploaded, requeueFailed, requeueLost } from './media-move-queries.js';
import { countUnfinished, LAST_RANK } from './queue-rank-queries.js';

describe('taking turns', () => {
  const database = useDatabase();
  const db = () => database().db;

  const makeMaker = async () => {
    const { user_id } = await buildUser(db());
    const { story_id } = await buildStory(db(), { maker_id: user_id });
    return { owner_id: user_id, story_id };
  };
  type Maker = Awaited<ReturnType<typeof makeMaker>>;
  const queue = async (maker: Maker) => {
    const { media_id } = await buildMediaFile(db(), { ...maker, attempt: 0 });
    await db().transaction((trx) => queueUploaded(trx, media_id));
    return media_id;
  };
  const rankOf = async (mediaId: string) => (await getMediaFile(db(), mediaId))?.queueRank;
  const finish = (mediaId: string) =>
    db()('media_files').where({ media_id: mediaId }).update({ processing_status: 'completed' });

  it('lets one clip of a maker go before the many of another', async () => {
    const [many, one] = [await makeMaker(), await makeMaker()];
    const clips: string[] = [];
    for (let at = 0; at < 50; at += 1) clips.push(await queue(many));
    expect(await Promise.all(clips.map(rankOf))).to.deep.equal(clips.map((_, at) => at + 1));
    await Promise.all(clips.slice(0, 9).map(finish));
    const single = await queue(one);
    expect(await rankOf(single), 'the turn that is being served').to.equal(10);
    expect(await rankOf(await queue(one)), 'its second').to.equal(11);
    expect(await rankOf(await queue(many)), 'after its own').to.equal(51);
  });

  it('begins again at one where nobody waits', async () => {
    const maker = await makeMaker();
    const first = await queue(maker);
    await queue(maker);
    await db()('media_files').update({ processing_status: 'failed' });
    expect(await rankOf(await queue(maker))).to.equal(1);
    expect(await requeueFailed(db(), first, 1)).to.equal(2);
    expect(await rankOf(first), 'a retry waits behind what its maker sent since').to.equal(2);
  });

  it('keeps a clip’s turn where its job was lost', async () => {
    const maker = await makeMaker();
    await queue(maker);
    const second = await queue(maker);
    expect(await requeueLost(db(), second, 1)).to.equal(2);
    expect(await rankOf(second)).to.equal(2);
  });

  it('does not run past what a queue can tell apart', async () => {
    const maker = await makeMaker();
    await db()('media_files')
      .where({ media_id: await queue(maker) })
      .update({ queue_rank: LAST_RANK });
    expect(await rankOf(await queue(maker))).to.equal(LAST_RANK);
    expect(await countUnfinished(db(), maker.owner_id)).to.equal(2);
  });
});
