// npm run --silent clip -- [--audio-track N] <input file> <output folder>
// One JSON object on standard output, words on standard error. Ends with 0 for a completed clip, 3 for a refused
// file, 1 for a fault of ours or of the call, 130 or 143 when it was interrupted.

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

import { pino } from 'pino';

import { MediaError } from '../pipeline/media-error.js';
import { ConfigError, loadConfig } from '../pipeline/platform/config.js';
import { openLogger } from '../pipeline/platform/logger.js';
import { openClipProgress } from './clip-progress.js';
import { clipToFolder } from './clip-to-folder.js';
import { openFfmpeg } from './ffmpeg.js';

const EXIT = {
  completed: 0,
  fault: 1,
  refused: 3,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;
const USAGE = 'Usage: npm run --silent clip -- [--audio-track N] <input file> <output folder>';

class UsageError extends Error {}

class Interrupted extends Error {
  readonly signalName: 'SIGHUP' | 'SIGINT' | 'SIGTERM';
  constructor(signalName: Interrupted['signalName']) {
    super(`Stopped by ${signalName}; nothing was left behind.`);
    this.signalName = signalName;
  }
}

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const progress = openClipProgress(process.stderr);
  try {
    const { path, output, audioTrack } = await readArguments(args);
    const config = loadConfig();
    const log = openLogger(
      { level: 'warn', pretty: true },
      { process: 'command', destination: pino.destination({ dest: 2, sync: true }) },
    );
    const tools = await openFfmpeg(config.worker, log);
    const onProgress = progress.report;
    const report = await clipToFolder(tools, {
      path,
      output,
      audioTrack,
      limits: config.media,
      signal,
      onProgress,
    });
    progress.close();
    print(report);
    return EXIT.completed;
  } catch (error) {
    progress.close();
    return explain(signal.aborted ? signal.reason : error);
  }
}

async function readArguments(args: readonly string[]) {
  const [audioTrack, rest] = readTrack(args);
  const [path, output] = rest;
  if (!path || !output || rest.length > 2) throw new UsageError(USAGE);
  const input = await stat(path).catch(() => null);
  if (!input) throw new UsageError(`There is no file ${path}.\n${USAGE}`);
  if (!input.isFile()) throw new UsageError(`${path} is not a file.\n${USAGE}`);
  await access(path, constants.R_OK).catch(() => {
    throw new UsageError(`${path} may not be read.`);
  });
  const folder = await stat(output).catch(() => null);
  if (folder && !folder.isDirectory()) throw new UsageError(`${output} is not a folder.\n${USAGE}`);
  return { path, output, audioTrack };
}

/** Tracks of sound are counted from 0. */
function readTrack(args: readonly string[]): [number | undefined, readonly string[]] {
  const at = args.indexOf('--audio-track');
  if (at < 0) return [undefined, args];
  const track = args[at + 1] ?? '';
  if (!/^\d{1,2}$/.test(track)) throw new UsageError(USAGE);
  return [Number(track), args.toSpliced(at, 2)];
}

function explain(error: unknown): number {
  if (error instanceof MediaError) {
    print({ verdict: 'failed', code: error.code, message: error.message });
    return EXIT.refused;
  }
  process.stderr.write(`${toWords(error)}\n`);
  return error instanceof Interrupted ? EXIT[error.signalName] : EXIT.fault;
}

function toWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected = [UsageError, Interrupted, ConfigError].some((kind) => error instanceof kind);
  return isExpected ? error.message : (error.stack ?? error.message);
}

const print = (report: object) => process.stdout.write(`${JSON.stringify(report)}\n`);

const controller = new AbortController();
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => controller.abort(new Interrupted(name)));
}
process.exitCode = await main(process.argv.slice(2), controller.signal);
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.removeAllListeners(name);
