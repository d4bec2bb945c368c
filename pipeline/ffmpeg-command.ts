/** One run of ffmpeg as data. Input options of the first input also carry the global ones. */
export interface FfmpegCommand {
  readonly inputs: readonly FfmpegFile[];
  readonly complexFilter?: string;
  readonly outputs: readonly FfmpegFile[];
}

export interface FfmpegFile {
  /** Absolute path of a local file. */
  readonly path: string;
  readonly options: readonly string[];
}
