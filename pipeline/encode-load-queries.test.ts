import { expect } from 'chai';

import { buildMediaFile } from '../fixtures/build.js';
import { useDatabase } from '../fixtures/database.js';
import { readEncodeLoad } from './encode-load-queries.js';

describe('reading what waits to be encoded', () => {
  const database = useDatabase();
  const clip = (row: Record<string, unknown>) => buildMediaFile(database().db, row);
  const at = (stage: string, percent: number) => ({ stage, percent, playable: false });

  it('sums lengths, without what is encoded already, and the bytes of what was not admitted', async () => {
    await clip({ file_size: 4_000 });
    await clip({ duration: 60, processing_status: 'processing', metadata: at('admitting', 3) });
    await clip({ duration: 186, processing_status: 'processing', metadata: at('encoding', 67) });
    await clip({ duration: 50, processing_status: 'processing', metadata: at('publishing', 98) });
    const load = await readEncodeLoad(database().db);
    expect(load.unadmitted).to.deep.equal({ clips: 1, bytes: 4_000 });
    expect(load.admitted.clips).to.equal(2);
    expect(load.admitted.mediaSeconds).to.be.closeTo(60 + 62, 1e-6);
    expect(load.admitted.longestSeconds).to.be.closeTo(62, 1e-6);
  });

  it('leaves out what uploads, is done, failed, cancelled or deleted', async () => {
    await clip({ attempt: 0 });
    await clip({ processing_status: 'failed' });
    await clip({ cancel_requested: true });
    await clip({ deleted_at: new Date() });
    const load = await readEncodeLoad(database().db);
    expect(load).to.deep.equal({
      admitted: { clips: 0, mediaSeconds: 0, longestSeconds: 0 },
      unadmitted: { clips: 0, bytes: 0 },
      recent: null,
    });
  });

  it('measures by what was encoded lately, and not by what cost nothing', async () => {
    const done = (wall: number, seconds: number, size: number) =>
      clip({
        processing_status: 'completed',
        file_size: size,
        metadata: {
          ...at('completed', 100),
          duration_ms: seconds * 1000,
          cost: { wall_s: wall, cpu_s: 1 },
        },
      });
    await done(10, 30, 3_000);
    await done(5, 15, 6_000);
    await done(0, 600, 1);
    const { recent } = await readEncodeLoad(database().db);
    expect(recent).to.deep.equal({ bytesPerSecond: 200, speed: 3 });
  });
});
