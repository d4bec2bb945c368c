// Copy protection in MP4: the sample entries of encrypted tracks have names of their own.

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
const PROTECTED_ENTRIES = new Set(['encv', 'enca', 'drmi', 'drms']);

/** Whether a `moov` box (its content, or the box itself) names an encrypted picture or sound track. */
export function isProtected(moov: Buffer): boolean {
  for (const { type, content } of boxes(moov)) {
    if (CONTAINERS.has(type) && isProtected(content)) return true;
    if (type === 'stsd' && hasProtectedEntry(content)) return true;
  }
  return false;
}

const hasProtectedEntry = (stsd: Buffer): boolean =>
  boxes(stsd.subarray(8)).some(({ type }) => PROTECTED_ENTRIES.has(type));

interface Box {
  readonly type: string;
  readonly content: Buffer;
}

/** Broken sizes end the list: ffprobe judges the rest of such a file. */
function boxes(bytes: Buffer): Box[] {
  const found: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const { header, size } = readBoxHeader(bytes.subarray(at), bytes.length - at);
    if (size < header) break;
    const type = bytes.toString('latin1', at + 4, at + 8);
    found.push({ type, content: bytes.subarray(at + header, at + size) });
    at += size;
  }
  return found;
}

/** Sizes of the box that starts at `bytes`; `rest` is what a size of 0 (to the end) means. */
export function readBoxHeader(bytes: Buffer, rest: number): { header: number; size: number } {
  const size = bytes.readUInt32BE(0);
  if (size === 1 && bytes.length >= 16) {
    return { header: 16, size: Number(bytes.readBigUInt64BE(8)) };
  }
  return { header: 8, size: size === 0 ? rest : size };
}
