// Copy protection in MP4: the sample entries of encrypted tracks have names of their own.

import { type Box, listBoxes } from './boxes-tree.js';

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
const PROTECTED_ENTRIES = new Set(['encv', 'enca', 'drmi', 'drms']);
/** Version, flags and count stand before a `stsd` box' entries. */
const STSD_HEADER = 8;

/** No player looks for a track deeper; boxes nested for harm go on for as long as the file does. */
const DEEPEST = 8;

/** Whether a `moov` box' content names an encrypted picture or sound track. */
export function isProtected(
  moov: Buffer,
  boxes: readonly Box[] = tolerant(moov),
  depth = 0,
): boolean {
  return boxes.some(({ type, start, end }) => {
    if (CONTAINERS.has(type) && depth < DEEPEST) {
      return isProtected(moov, tolerant(moov, start, end), depth + 1);
    }
    if (type !== 'stsd') return false;
    return tolerant(moov, start + STSD_HEADER, end).some((entry) =>
      PROTECTED_ENTRIES.has(entry.type),
    );
  });
}

/** What is broken holds nothing here: ffprobe judges such a file. */
function tolerant(bytes: Buffer, start = 0, end = bytes.length): Box[] {
  try {
    return listBoxes(bytes, start, end);
  } catch {
    return [];
  }
}
