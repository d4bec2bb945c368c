// The only place that starts ffmpeg and ffprobe, and the only one that knows fluent-ffmpeg.

import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';

import createCommand from 'fluent-ffmpeg';
import type { Logger } from 'pino';

import { requireConfined } from '../pipeline/confined-input.js';
import type { EncoderTools } from '../pipeline/encode.js';
import type { FfmpegCommand } from '../pipeline/ffmpeg-command.js';
import type { Config } from '../pipeline/platform/config.js';
import { sourceUrl } from '../pipeline/source-input.js';
import { ffmpegLead, ffprobeLead } from './ffmpeg-limits.js';
import { chooseScaler, locateFfmpeg } from './ffmpeg-location.js';
import { FfmpegFailed, FfmpegTimeout, StderrTail } from './ffmpeg-output.js';

export type { FfmpegCommand } from '../pipeline/ffmpeg-command.js';

export interface FfmpegTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly sandbox: string;
  readonly version: string;
  readonly threads: number;
  readonly scaler: EncoderTools['scaler'];
  /** Told what each finished run of ffmpeg cost, and of each start (1) and end (-1). */
  readonly onCpuSeconds?: (seconds: number) => void;
  readonly onRunning?: (change: 1 | -1) => void;
}

/** Finds the programs and runs each once. @throws Error where one does not start */
export async function openFfmpeg(
  worker: Pick<Config['worker'], 'ffmpegPath' | 'ffprobePath' | 'threads'>,
  log: Pick<Logger, 'info' | 'warn'>,
  given: { sandbox?: string } = {},
): Promise<FfmpegTools> {
  const readVersion = (program: string) =>
    runProgram(program, ['-version'], {}).then(firstLine, () => null);
  const findOnPath = () =>
    runProgram('/bin/sh', ['-c', 'command -v ffmpeg'], {}).then(firstLine, () => null);
  const readHelp = (program: string, part: string) =>
    runProgram(program, ['-hide_banner', '-h', part], {}).catch(() => '');
  const found = await locateFfmpeg(worker, { readVersion, findOnPath, readHelp });
  const location = { ...found, ...given };
  const boxed = (program: string) =>
    runProgram(location.sandbox, [...ffprobeLead(program, 5), '-version'], {}).then(
      firstLine,
      () => null,
    );
  const [version, probeVersion] = await Promise.all([
    boxed(location.ffmpeg),
    boxed(location.ffprobe),
  ]);
  if (!version) throw new Error(`ffmpeg does not run: ${location.ffmpeg}`);
  if (!probeVersion) throw new Error(`ffprobe does not run: ${location.ffprobe}`);
  const missing = await runProgram(location.sandbox, ['--missing'], {});
  if (missing.trim()) {
    log.warn({ missing: missing.trim().split(' ') }, 'media runs with fewer protections here');
  }
  log.info({ ffmpeg: location.ffmpeg, version }, 'ffmpeg found');
  const scaler = chooseScaler(version, await readHelp(location.ffmpeg, 'filter=zscale'));
  return { ...location, version, scaler, threads: worker.threads || availableParallelism() };
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Wall time after which the run is killed. */
  readonly timeoutMs: number;
  /** CPU time after which the kernel kills it; by default what `timeoutMs` allows on all threads. */
  readonly cpuSeconds?: number;
  readonly onProgress?: (progress: { seconds: number; speed: number }) => void;
}

export interface FfmpegRun {
  readonly stderrTail: string;
  /** Lines that ffmpeg marked as errors, such as frames it could not decode. */
  readonly errorLines: number;
  /** Frames that came out of the first video output. */
  readonly frames: number;
  /** Length of what came out. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

type RunTools = Omit<FfmpegTools, 'ffprobe' | 'scaler'>;

const NO_PROGRESS_MS = 60_000;

/**
 * Resolves only when every named output is there and not empty: ffmpeg's exit code alone lies.
 * @throws FfmpegTimeout past `timeoutMs` or after 60 s without progress; the signal's reason when
 *   aborted; FfmpegFailed otherwise
 */
export async function runFfmpeg(
  tools: RunTools,
  command: FfmpegCommand,
  options: RunOptions,
): Promise<FfmpegRun> {
  options.signal?.throwIfAborted();
  const started = performance.now();
  const tail = new StderrTail();
  tools.onRunning?.(1);
  await run(tools, command, options, tail).finally(() => tools.onRunning?.(-1));
  tools.onCpuSeconds?.(tail.cpuSeconds);
  await requireOutputs(command, tail);
  return {
    stderrTail: tail.text,
    errorLines: tail.errorLines,
    frames: tail.frames,
    seconds: tail.seconds,
    cpuSeconds: tail.cpuSeconds,
    wallSeconds: (performance.now() - started) / 1000,
  };
}

function run(
  tools: RunTools,
  command: FfmpegCommand,
  { signal, timeoutMs, cpuSeconds, onProgress }: RunOptions,
  tail: StderrTail,
): Promise<void> {
  const cpu = Math.ceil(cpuSeconds ?? (timeoutMs / 1000) * tools.threads) + 5;
  const ffmpeg = build(tools, command, cpu);
  let killedBy: unknown = null;
  const kill = (reason: unknown) => {
    killedBy ??= reason;
    ffmpeg.kill('SIGKILL');
  };
  const onAbort = () => kill(signal?.reason);
  const deadline = setTimeout(() => kill(new FfmpegTimeout('ran too long')), timeoutMs);
  const watchdog = setTimeout(() => kill(new FfmpegTimeout('made no progress')), NO_PROGRESS_MS);
  signal?.addEventListener('abort', onAbort, { once: true });

  return new Promise<void>((done, failed) => {
    ffmpeg.on('start', () => {
      if (killedBy) ffmpeg.kill('SIGKILL');
    });
    ffmpeg.on('stderr', (line) => {
      if (!tail.push(line)) return;
      watchdog.refresh();
      onProgress?.({ seconds: tail.seconds, speed: tail.speed });
    });
    ffmpeg.on('end', () => done());
    ffmpeg.on('error', (error) => failed(killedBy ?? tail.toError(error)));
    ffmpeg.run();
  }).finally(() => {
    clearTimeout(deadline);
    clearTimeout(watchdog);
    signal?.removeEventListener('abort', onAbort);
  });
}

function build(
  tools: Pick<FfmpegTools, 'ffmpeg' | 'sandbox' | 'version'>,
  { inputs, complexFilter, outputs }: FfmpegCommand,
  cpu: number,
): createCommand.FfmpegCommand {
  const command = createCommand({ stdoutLines: 1, logger: SILENT });
  command.setFfmpegPath(tools.sandbox);
  // -vsync is being retired; its successor came with 5.1.
  const isNew = Number(/version n?(\d+)\./.exec(tools.version)?.[1]) >= 6;
  // The sandbox reads its own arguments first; they lead the options of the first input.
  const lead = ffmpegLead(tools.ffmpeg, cpu);
  inputs.forEach(({ path, options }, index) => {
    command.input(sourceUrl(resolve(path)));
    requireConfined(options);
    // Separate arguments: fluent-ffmpeg splits those of an array at spaces.
    command.inputOptions(...(index === 0 ? lead : []), ...options);
  });
  if (complexFilter) command.complexFilter(complexFilter);
  for (const { path, options } of outputs) {
    command.output(path);
    const known = options.map((option) => (isNew && option === '-vsync' ? '-fps_mode' : option));
    if (known.length > 0) command.outputOptions(...known);
  }
  return command;
}

const ignore = () => {};
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

async function requireOutputs({ outputs }: FfmpegCommand, tail: StderrTail): Promise<void> {
  for (const { path } of outputs) {
    if (!isAbsolute(path) || path.includes('%')) continue;
    const found = await stat(path).catch(() => null);
    if (!found?.size) throw tail.toError(new Error('ffmpeg left an output empty'));
  }
}

const LARGEST_REPLY = 96 * 1024 ** 2;
const PROBE_TIMEOUT_MS = 300_000;

/** Standard output of ffprobe. @throws FfmpegFailed with what it said where it fails */
export async function runFfprobe(
  tools: Pick<FfmpegTools, 'ffprobe' | 'sandbox'>,
  args: readonly string[],
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  requireConfined(args);
  return runProgram(tools.sandbox, [...ffprobeLead(tools.ffprobe), ...args], { signal });
}

function runProgram(
  program: string,
  args: readonly string[],
  { signal }: { signal?: AbortSignal | undefined },
): Promise<string> {
  signal?.throwIfAborted();
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let size = 0;
    let complaint = '';
    let isLate = false;
    const kill = () => child.kill('SIGKILL');
    const deadline = setTimeout(() => {
      isLate = true;
      kill();
    }, PROBE_TIMEOUT_MS);
    signal?.addEventListener('abort', kill, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_REPLY) kill();
      else chunks.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = (complaint + chunk).slice(-4096);
    });
    child.on('error', (error) => {
      clearTimeout(deadline);
      failed(error);
    });
    child.on('close', (code) => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', kill);
      if (signal?.aborted) failed(signal.reason);
      else if (isLate) failed(new FfmpegTimeout('probed too long'));
      else if (code === 0) done(Buffer.concat(chunks).toString('utf8'));
      else failed(new FfmpegFailed(`ffprobe ended with ${code}`, complaint));
    });
  });
}
