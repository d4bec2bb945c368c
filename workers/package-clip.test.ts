import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'chai';
import { box } from '../fixtures/boxes.js';
import { useGoodStream } from '../fixtures/good-stream.js';
import { all, contentOf, type Edit, editBytes, growHeader } from '../fixtures/stream-edits.js';
import { parseMediaPlaylist } from '../pipeline/hls-parse-media.js';
import { checkStreamAt } from './check-stream.js';
import { type PackagedClip, packageClip } from './package-clip.js';

describe('packaging a clip', () => {
  const good = useGoodStream();

  /** Packages the encoded files of the good stream once more, after an edit. */
  async function repackage(edit: Edit, { degraded = NONE, durationMs = 9500 } = {}) {
    const folder = await mkdtemp(join(good().root, 'again-'));
    await cp(good().folder, folder, { recursive: true });
    await edit(folder);
    const encoded = { ...good().encoded, degraded };
    return { folder, packaged: packageClip({ folder, encoded, source: { durationMs } }) };
  }

  const NONE: readonly string[] = [];
  const leaveAlone: Edit = async () => {};
  const spoil = (name: string): Edit =>
    growHeader(name, () => box('udta', box('loci', '51.5,-0.1')));

  async function failure(packaged: Promise<PackagedClip>): Promise<string> {
    const error = await packaged.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(Error);
    return (error as Error).message;
  }

  it('names every object, and leaves no other behind', async () => {
    const { packaged, folder } = good();
    expect(packaged.files).to.have.members(await readdir(folder));
    expect(packaged.files).to.have.members([
      ...['multivariant.m3u8', 'audio.mp4', 'audio.m3u8'],
      ...['360p.mp4', '360p.m3u8', '360p-iframes.m3u8'],
      ...['240p.mp4', '240p.m3u8', '240p-iframes.m3u8'],
    ]);
  });

  it('tells what was measured, highest first', () => {
    const { packaged } = good();
    expect(packaged).to.include({ playlist: 'multivariant.m3u8', durationMs: 9500 });
    expect(packaged.renditions.map(({ name }) => name)).to.deep.equal(['360p', '240p']);
    expect(packaged.renditions[0]).to.include({ width: 480, height: 360, frameRate: 30 });
    expect(packaged.renditions[0]?.codecs).to.match(/^avc1\.6400[0-9a-f]{2},mp4a\.40\.2$/);
    for (const { bandwidth, averageBandwidth } of packaged.renditions) {
      expect(bandwidth).to.be.at.least(averageBandwidth);
    }
  });

  it('lists ranges that cover the file and sum to its length', async () => {
    for (const name of ['360p', '240p', 'audio']) {
      const playlist = parseMediaPlaylist(
        await readFile(join(good().folder, `${name}.m3u8`), 'utf8'),
      );
      const { length } = await readFile(join(good().folder, `${name}.mp4`));
      let end = playlist.maps[0]?.range?.length ?? 0;
      for (const { range } of playlist.segments) {
        expect(range?.offset).to.equal(end);
        end += range?.length ?? 0;
      }
      // Only an index of the fragments, which HLS does not use, may follow.
      expect(length - end).to.be.within(0, 300);
      const seconds = playlist.segments.reduce((sum, { duration }) => sum + duration, 0);
      expect(seconds).to.be.closeTo(9.5, 0.022);
    }
  });

  it('gives pictures and sound as many segments, of four seconds', async () => {
    const durations = async (name: string) =>
      parseMediaPlaylist(await readFile(join(good().folder, `${name}.m3u8`), 'utf8')).segments.map(
        ({ duration }) => duration,
      );
    expect(await durations('360p')).to.deep.equal([4, 4, 1.5]);
    expect(await durations('audio')).to.deep.equal([4.010667, 3.989333, 1.493333]);
  });

  it('says the same when run twice', async () => {
    const { packaged } = await repackage(leaveAlone);
    expect(await packaged).to.deep.equal(good().packaged);
  });

  it('passes on what was wrong with the source', async () => {
    const { packaged } = await repackage(leaveAlone, {
      degraded: ['AUDIO_ERRORS', 'SOURCE_TRUNCATED'],
    });
    expect((await packaged).degraded).to.deep.equal([
      { rendition: 'audio', rules: ['AUDIO_ERRORS'] },
      { rendition: 'source', rules: ['SOURCE_TRUNCATED'] },
    ]);
  });

  it('leaves out a rendition that alone breaks a rule, with all its objects', async () => {
    const { packaged, folder } = await repackage(spoil('360p'));
    const { degraded, renditions, files } = await packaged;
    expect(degraded).to.deep.equal([{ rendition: '360p', rules: ['no-metadata'] }]);
    expect(renditions.map(({ name }) => name)).to.deep.equal(['240p']);
    expect(await readdir(folder)).to.have.members([...files]);
    expect(await readFile(join(folder, 'multivariant.m3u8'), 'utf8')).not.to.include('360p');
    expect(await checkStreamAt(folder)).to.deep.equal([]);
  });

  it('leaves out a rendition that was not made, or not whole', async () => {
    const remove: Edit = (folder) => rm(join(folder, '240p.mp4'));
    const empty: Edit = (folder) => writeFile(join(folder, '240p.mp4'), '');
    for (const edit of [remove, empty]) {
      const { degraded } = await (await repackage(edit)).packaged;
      expect(degraded).to.deep.equal([{ rendition: '240p', rules: ['media-readable'] }]);
    }
  });

  it('leaves out renditions that are shorter than the source', async () => {
    const { packaged } = await repackage(leaveAlone, { durationMs: 12_000 });
    expect(await failure(packaged)).to.include('360p (source-length); 240p (source-length)');
  });

  it('publishes nothing of a set that is broken as a whole', async () => {
    const lateSound = editBytes('audio.mp4', (bytes, { fragments }) => {
      for (const [index] of fragments.entries()) {
        const at = contentOf(bytes, 'tfdt', index) + 8;
        bytes.writeUInt32BE(bytes.readUInt32BE(at) + 4800, at);
      }
    });
    const message = await failure((await repackage(lateSound)).packaged);
    expect(message).to.include('as a whole').and.to.include('sound-in-time of audio');
  });

  it('publishes nothing where no rendition is left', async () => {
    const { packaged } = await repackage(all(spoil('360p'), spoil('240p')));
    expect(await failure(packaged)).to.include('No rendition is left: 360p (no-metadata); 240p');
  });

  it('publishes nothing without the sound that there was', async () => {
    const { packaged } = await repackage((folder) => rm(join(folder, 'audio.mp4')));
    expect(await failure(packaged)).to.include('The sound cannot be read');
  });
});

describe('packaging a silent portrait clip of an instant more than four seconds', () => {
  const good = useGoodStream({
    ...{ seconds: 4.2, audio: false, picture: 'testsrc=size=180x320:rate=30000/1001' },
  });

  it('makes one segment and no sound', async () => {
    const { packaged, folder } = good();
    expect(await checkStreamAt(folder)).to.deep.equal([]);
    expect(packaged.files).to.not.include('audio.m3u8');
    expect(packaged.renditions).to.have.length(1);
    expect(packaged.renditions[0]).to.include({ name: '180p', width: 180, height: 320 });
    const playlist = await readFile(join(folder, '180p.m3u8'), 'utf8');
    expect(playlist.match(/#EXTINF/g)).to.have.length(1);
    expect(playlist).to.include('#EXT-X-TARGETDURATION:4\n');
  });
});
