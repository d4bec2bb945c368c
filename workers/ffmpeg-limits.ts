// What one run of ffmpeg or ffprobe may use: the sandbox's own arguments, and the programs' options that bound them.

/** Address space in bytes: threads take far more of it than they use. */
const MEMORY = { ffmpeg: 6 * 1024 ** 3, ffprobe: 4 * 1024 ** 3 };
const LARGEST_FILE = 4 * 1024 ** 3;
const PROBE_CPU_SECONDS = 120;

/** What leads the arguments of a run of ffmpeg in the sandbox. */
export const ffmpegLead = (program: string, cpuSeconds: number): string[] => [
  ...[program, `${cpuSeconds}`, `${MEMORY.ffmpeg}`, `${LARGEST_FILE}`, `${process.pid}`],
  ...SHARED_OPTIONS,
  ...['-nostdin', '-nostats', '-y', '-loglevel', 'repeat+level+info'],
  ...['-benchmark', '-progress', 'pipe:2', '-max_error_rate', '1'],
];

/** The same for ffprobe, which writes no file. */
export const ffprobeLead = (program: string, cpuSeconds = PROBE_CPU_SECONDS): string[] => [
  ...[program, `${cpuSeconds}`, `${MEMORY.ffprobe}`, '0', `${process.pid}`, ...SHARED_OPTIONS],
];

const SHARED_OPTIONS = ['-hide_banner', '-max_alloc', `${1024 ** 3}`];
