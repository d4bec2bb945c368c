// What every input of ffmpeg and ffprobe must say of itself before it is opened: no more than one kind of local file.

/** Options for a file that ffmpeg itself has written out of an untrusted one. */
export const ownInput = (
  format: 'wav' | 'amr' | 'aac' | 'matroska',
  decoders: readonly string[],
): string[] => [
  ...['-protocol_whitelist', 'file', '-format_whitelist', format, '-f', format],
  ...['-codec_whitelist', decoders.join(',')],
];

/**
 * @throws Error where the options do not hold an input to local files, to one demuxer that is forced
 *   upon it, and to decoders that are named
 */
export function requireConfined(options: readonly string[]): void {
  const read = (name: string) => {
    const at = options.indexOf(name);
    if (at < 0 || options.indexOf(name, at + 1) >= 0) return null;
    return options[at + 1] || null;
  };
  const demuxer = read('-f');
  const isHeld =
    read('-protocol_whitelist') === 'file' &&
    demuxer !== null &&
    read('-format_whitelist') === demuxer &&
    (read('-codec_whitelist') !== null || BY_KIND.every((name) => read(name) !== null));
  if (!isHeld) throw new Error(`an input is not confined: ${options.join(' ')}`);
}

const BY_KIND = ['-vcodec_whitelist', '-acodec_whitelist', '-scodec_whitelist'];
