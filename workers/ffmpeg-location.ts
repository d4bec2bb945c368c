// Where ffmpeg and ffprobe are: settings first, then the path, then the packaged ones.

import { access, chmod, copyFile, lstat, mkdir, rename, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';

import type { Config } from '../pipeline/platform/config.js';

export interface FfmpegLocation {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly sandbox: string;
}

export interface Finders {
  /** First line of a program's `-version`; null where it does not run. */
  readVersion(program: string): Promise<string | null>;
  findOnPath(): Promise<string | null>;
  /** Help on a part of the program, such as `filter=scale`; empty where it has none. */
  readHelp(program: string, part: string): Promise<string>;
}

type Settings = Pick<Config['worker'], 'ffmpegPath' | 'ffprobePath'>;

/** The packaged build's year; a newer one on the path is preferred to it. */
const PACKAGED_YEAR = 2018;

/** @throws Error where no ffmpeg can be found */
export async function locateFfmpeg(settings: Settings, finders: Finders): Promise<FfmpegLocation> {
  const ffmpeg = settings.ffmpegPath ?? (await findNewer(finders)) ?? (await packaged('ffmpeg'));
  return {
    ffmpeg,
    ffprobe: settings.ffprobePath ?? (await findBeside(ffmpeg)) ?? (await packaged('ffprobe')),
    sandbox: await makeExecutable(join(import.meta.dirname, 'sandbox.sh')),
  };
}

/** Parts that some systems' builds leave out, by words of their help. */
const NEEDED = { 'filter=zscale': 'Filter zscale', 'encoder=libx264': 'Encoder libx264' };

async function findNewer(finders: Finders): Promise<string | null> {
  const path = await finders.findOnPath();
  if (!path || !isAbsolute(path) || !(await findBeside(path))) return null;
  const version = (await finders.readVersion(path)) ?? '';
  const has = await Promise.all(
    Object.entries(NEEDED).map(async ([part, words]) =>
      (await finders.readHelp(path, part)).includes(words),
    ),
  );
  return isNewer(version) && !has.includes(false) ? path : null;
}

/** The packaged build's zimg is slower than its swscale; that of newer builds is twice as fast. */
export const chooseScaler = (version: string, zscaleHelp: string): 'swscale' | 'zimg' =>
  isNewer(version) && zscaleHelp.includes(NEEDED['filter=zscale']) ? 'zimg' : 'swscale';

const isNewer = (version: string): boolean =>
  Number(/\(c\) \d{4}-(\d{4})/.exec(version)?.[1]) > PACKAGED_YEAR;

async function findBeside(ffmpeg: string): Promise<string | null> {
  const path = join(dirname(ffmpeg), 'ffprobe');
  return (await isExecutable(path)) ? path : null;
}

async function packaged(tool: 'ffmpeg' | 'ffprobe'): Promise<string> {
  const require = createRequire(import.meta.url);
  const installer = require(`@${tool}-installer/${tool}`) as { path: string };
  return makeExecutable(installer.path);
}

/** npm drops the executable bit of some packages; where it cannot be set, a copy gets it. */
async function makeExecutable(path: string): Promise<string> {
  if (await isExecutable(path)) return path;
  try {
    await chmod(path, 0o755);
    return path;
  } catch {
    return copyExecutable(path);
  }
}

async function copyExecutable(path: string): Promise<string> {
  const folder = await openPrivateFolder();
  const { size, mtimeMs } = await stat(path);
  const copy = join(folder, `${basename(path)}-${size}-${Math.round(mtimeMs)}`);
  if (await isExecutable(copy)) return copy;
  const half = `${copy}.${process.pid}`;
  await copyFile(path, half);
  await chmod(half, 0o755);
  await rename(half, copy);
  return copy;
}

/** Nobody else may have put a program there. */
async function openPrivateFolder(): Promise<string> {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `video-window-tools-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} belongs to somebody else; set FFMPEG_PATH and FFPROBE_PATH`);
  }
  return folder;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, 1).then(
    () => true,
    () => false,
  );
