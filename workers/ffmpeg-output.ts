// What ffmpeg says while it runs: progress, cost, complaints. Bounded, whatever it prints.

/** It was killed for being too slow. */
export class FfmpegTimeout extends Error {
  override readonly name = 'FfmpegTimeout';
  constructor(what: string) {
    super(`ffmpeg ${what} and was stopped`);
  }
}

/** It failed; `stderr` holds its last words. `code` is ENOSPC where the disk was full. */
export class FfmpegFailed extends Error {
  override readonly name = 'FfmpegFailed';
  readonly stderr: string;
  readonly code: 'ENOSPC' | null;
  constructor(message: string, stderr: string, options?: ErrorOptions) {
    super(`${message}: ${lastComplaint(stderr)}`, options);
    this.stderr = stderr;
    this.code = stderr.includes('No space left on device') ? 'ENOSPC' : null;
  }
}

const lastComplaint = (stderr: string) =>
  stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('[info]'))
    .slice(-3)
    .join(' | ')
    .slice(0, 500);

const TAIL_CHARACTERS = 64 * 1024;

/** Reads ffmpeg's lines, logged with levels and mixed with `-progress` ones. */
export class StderrTail {
  errorLines = 0;
  cpuSeconds = 0;
  frames = 0;
  seconds = 0;
  speed = 0;
  readonly #lines: string[] = [];
  #size = 0;

  get text(): string {
    return this.#lines.join('\n');
  }

  /** True where the line says that work went on. */
  push(line: string): boolean {
    const progress = /^(\w+)=\s*(\S+)\s*$/.exec(line);
    if (progress?.[1] && progress[2]) return this.#readProgress(progress[1], progress[2]);
    if (/\[(error|fatal|panic)\]/.test(line)) this.errorLines++;
    const spent = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(line);
    if (spent) this.cpuSeconds = Number(spent[1]) + Number(spent[2]);
    this.#keep(line.slice(0, 1024));
    return false;
  }

  #keep(line: string): void {
    this.#lines.push(line);
    this.#size += line.length + 1;
    while (this.#size > TAIL_CHARACTERS) this.#size -= (this.#lines.shift()?.length ?? 0) + 1;
  }

  toError(cause: Error): FfmpegFailed {
    return new FfmpegFailed(cause.message.split(':', 1)[0] ?? 'ffmpeg failed', this.text, {
      cause,
    });
  }

  #readProgress(key: string, value: string): boolean {
    if (key === 'speed') this.speed = Number.parseFloat(value) || 0;
    if (key === 'frame') {
      const before = this.frames;
      this.frames = Number(value) || 0;
      return this.frames !== before;
    }
    // Microseconds, whatever the older name says.
    if (key !== 'out_time_us' && key !== 'out_time_ms') return false;
    const seconds = Number(value) / 1e6;
    if (!Number.isFinite(seconds) || seconds === this.seconds) return false;
    this.seconds = seconds;
    return true;
  }
}
