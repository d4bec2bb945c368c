import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { chooseScaler, type Finders, locateFfmpeg } from './ffmpeg-location.js';

describe('locating ffmpeg', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'location-'));
    for (const name of ['ffmpeg', 'ffprobe'])
      await writeFile(join(folder, name), '', { mode: 0o755 });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const unset = { ffmpegPath: null, ffprobePath: null };
  const finders = (more: Partial<Finders> = {}): Finders => ({
    findOnPath: async () => join(folder, 'ffmpeg'),
    readVersion: async () => 'ffmpeg version 7.1 Copyright (c) 2000-2024 the FFmpeg developers',
    readHelp: async () => 'Filter zscale\nEncoder libx264 [libx264 H.264]:',
    ...more,
  });

  it('takes the one on the path where it is newer than the packaged one', async () => {
    const found = await locateFfmpeg(unset, finders());
    expect(found).to.include({ ffmpeg: join(folder, 'ffmpeg'), ffprobe: join(folder, 'ffprobe') });
  });

  it('takes the packaged one where the path has none, an older one or a lesser one', async () => {
    const lesser = [
      { findOnPath: async () => null },
      {
        readVersion: async () => 'ffmpeg version 4.0 Copyright (c) 2000-2018 the FFmpeg developers',
      },
      { readHelp: async () => "Unknown filter 'zscale'." },
    ];
    for (const more of lesser) {
      const { ffmpeg, ffprobe } = await locateFfmpeg(unset, finders(more));
      expect(ffmpeg).to.contain('@ffmpeg-installer');
      expect(ffprobe).to.match(/ffprobe/);
    }
  });

  it('does as the settings say before anything else', async () => {
    const settings = { ffmpegPath: join(folder, 'ffmpeg'), ffprobePath: '/opt/other/ffprobe' };
    const found = await locateFfmpeg(
      settings,
      finders({ findOnPath: async () => '/usr/bin/ffmpeg' }),
    );
    expect(found).to.include({ ffmpeg: join(folder, 'ffmpeg'), ffprobe: '/opt/other/ffprobe' });
  });
});

describe('choosing a scaler', () => {
  const version = (year: number) =>
    `ffmpeg version x Copyright (c) 2000-${year} the FFmpeg developers`;

  it('takes zimg in builds newer than the packaged one that have it', () => {
    expect(chooseScaler(version(2022), 'Filter zscale')).to.equal('zimg');
    expect(chooseScaler(version(2018), 'Filter zscale')).to.equal('swscale');
    expect(chooseScaler(version(2022), "Unknown filter 'zscale'.")).to.equal('swscale');
    expect(chooseScaler('a version of another shape', 'Filter zscale')).to.equal('swscale');
  });
});
