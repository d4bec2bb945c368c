import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { findSample, makeClip, openTestFfmpeg } from '../fixtures/media.js';
import { MediaError } from '../pipeline/media-error.js';
import { sourceInput } from '../pipeline/source-input.js';
import { type FfmpegTools, runFfprobe } from './ffmpeg.js';
import { inspectUpload } from './inspect-upload.js';
import { probeFile } from './probe-file.js';

const LIMITS = {
  minSeconds: 0,
  maxSeconds: 420,
  minSide: 1,
  maxSide: 7680,
  maxFrameRate: 240,
  maxBytes: 2 ** 29,
};

describe('inspecting an upload', () => {
  let tools: FfmpegTools;
  let folder: string;
  before(async () => {
    tools = await openTestFfmpeg();
    folder = await mkdtemp(join(tmpdir(), 'inspect-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const inspect = (path: string, limits = LIMITS) => inspectUpload(tools, path, limits);
  const refusal = (path: string, limits = LIMITS): Promise<unknown> =>
    inspect(path, limits).then(
      () => 'admitted',
      (error: Error) => (error instanceof MediaError ? error.code : error),
    );
  const write = async (name: string, content: string | Buffer) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };

  it('measures a phone clip as it is shown', async () => {
    const path = await makeClip(folder, {
      seconds: 1,
      rotation: 90,
      rate: '30000/1001',
      name: 'phone.mov',
    });
    const source = await inspect(path);
    expect(source).to.include({ container: 'mov', durationMs: 1001 });
    expect(source.video).to.include({ width: 180, height: 320, orientation: 'rotate-90' });
    expect(source.video.frameRate).to.deep.equal({ num: 30_000, den: 1001 });
    expect(source.audio).to.include({ codec: 'aac', sampleRate: 48_000 });
  });

  it('judges by content, whatever the file is called', async () => {
    const path = await makeClip(folder, { seconds: 0.5, name: 'real.mkv' });
    const renamed = await write('holiday.jpg', await readFile(path));
    expect(await inspect(renamed)).to.include({ container: 'matroska' });
  });

  it('refuses rubbish, an empty file and a playlist', async () => {
    expect(await refusal(await write('rubbish.mp4', Buffer.alloc(5000, 7)))).to.equal(
      'UNSUPPORTED_FORMAT',
    );
    expect(await refusal(await write('empty.mp4', ''))).to.equal('CORRUPT_MEDIA');
    expect(
      await refusal(await write('list.mp4', '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')),
    ).to.equal('UNSUPPORTED_FORMAT');
  });

  it('says nothing against a file that was taken away meanwhile', async () => {
    const gone = await probeFile(tools, join(folder, 'gone.mp4'), 'mov')
      .describe()
      .catch((error: unknown) => error);
    expect(gone).to.include({ code: 'ENOENT' });
  });

  it('refuses a film that was cut before its index', async () => {
    const path = await makeClip(folder, { seconds: 1, name: 'cut.mp4' });
    await truncate(path, 3000);
    expect(await refusal(path)).to.equal('CORRUPT_MEDIA');
  });

  it('refuses a film that was cut after its index', async () => {
    const path = await makeClip(folder, {
      seconds: 2,
      name: 'cut-late.mp4',
      options: ['-movflags', '+faststart'],
    });
    await truncate(path, (await stat(path)).size / 2);
    expect(await refusal(path)).to.equal('CORRUPT_MEDIA');
  });

  it('refuses sound without a picture, and a picture beside it is none', async () => {
    const path = await makeClip(folder, { seconds: 1, name: 'song.mp4', options: ['-vn'] });
    expect(await refusal(path)).to.equal('NO_VIDEO_STREAM');
  });

  it('names the limit that a clip passes', async () => {
    const path = await makeClip(folder, { seconds: 1, name: 'limits.mp4' });
    expect(await refusal(path, { ...LIMITS, maxSeconds: 0.5 })).to.equal('TOO_LONG');
    expect(await refusal(path, { ...LIMITS, minSeconds: 2 })).to.equal('TOO_SHORT');
    expect(await refusal(path, { ...LIMITS, maxSide: 300 })).to.equal('TOO_LARGE');
    expect(await refusal(path, { ...LIMITS, minSide: 181 })).to.equal('TOO_SMALL');
    expect(await refusal(path, { ...LIMITS, maxBytes: 1000 })).to.equal('TOO_LARGE');
  });

  it('opens no connection for a playlist in disguise, even past the first look', async () => {
    let connections = 0;
    const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    server.on('connection', () => connections++);
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as AddressInfo;
    const evil = await write(
      'evil.mp4',
      `#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:${port}/x.ts\n#EXT-X-ENDLIST\n`,
    );
    expect(await refusal(evil)).to.equal('UNSUPPORTED_FORMAT');
    const forced = await runFfprobe(tools, [...sourceInput('mov'), `file:${evil}`]).catch(
      () => 'refused',
    );
    server.close();
    expect(forced).to.equal('refused');
    expect(connections).to.equal(0);
  });

  describe('of the samples', () => {
    const samples: [string, string, (name: string) => Promise<void>][] = [
      [
        'encrypted_cenc_h264_8s.mp4',
        'refuses encrypted tracks by looking at them',
        async (path) => {
          expect(await refusal(path)).to.equal('DRM_PROTECTED');
        },
      ],
      [
        'broken_header_only_no_mdat.mp4',
        'refuses a header without a film',
        async (path) => {
          expect(await refusal(path)).to.equal('CORRUPT_MEDIA');
        },
      ],
      [
        'broken_truncated_claims_1132s.mkv',
        'believes packets, not a header that claims 1132 s',
        async (path) => {
          const source = await inspect(path);
          expect(source.durationMs).to.be.below(2000);
          expect(source.degraded).to.include('SOURCE_TRUNCATED');
        },
      ],
      [
        'hdr10_pq_1080p_hevc.mp4',
        'sees HDR that only the bitstream tells of',
        async (path) => {
          expect((await inspect(path)).video).to.include({ hdr: 'pq', bitDepth: 10 });
        },
      ],
      [
        'interlaced_1080i60_avchd_ac3.mts',
        'counts frames, not fields',
        async (path) => {
          const { video } = await inspect(path);
          expect(video.frameRate).to.deep.equal({ num: 30_000, den: 1001 });
          expect(video.isInterlaced).to.equal(true);
        },
      ],
      [
        'webm_mediarecorder_no_duration.webm',
        'measures a recording that names no duration',
        async (path) => {
          expect((await inspect(path)).durationMs).to.be.closeTo(4938, 50);
        },
      ],
      [
        'audio_two_tracks_two_videos_subs.mp4',
        'takes the first of several default tracks',
        async (path) => {
          expect((await inspect(path)).video).to.include({ width: 320, height: 180 });
        },
      ],
      [
        'sar_2x1_640x360.mp4',
        'stretches pixels that are not square',
        async (path) => {
          expect((await inspect(path)).video).to.include({ width: 1280, height: 360 });
        },
      ],
    ];
    for (const [name, fact, check] of samples) {
      it(fact, async function () {
        const path = findSample(name);
        if (!path) return this.skip();
        await check(path);
      });
    }
  });
});
