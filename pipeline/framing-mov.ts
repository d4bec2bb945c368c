// Dolby Vision records of MP4's video tracks.

import { type Box, findBox, listBoxes } from './boxes-tree.js';
import { type Framing, readDolby } from './framing.js';

/** One for each video track, in the file's order; none where the boxes are broken. */
export function readMovFraming(moov: Buffer): Framing[] {
  try {
    return listBoxes(moov)
      .filter(({ type }) => type === 'trak')
      .flatMap((track) => readTrack(moov, track));
  } catch {
    // ffprobe judges such a file.
    return [];
  }
}

function readTrack(moov: Buffer, track: Box): Framing[] {
  const mdia = childrenOf(moov, findBox(childrenOf(moov, track), 'mdia'));
  const handler = findBox(mdia, 'hdlr');
  if (!handler || moov.toString('latin1', handler.start + 8, handler.start + 12) !== 'vide') {
    return [];
  }
  const stbl = findBox(childrenOf(moov, findBox(mdia, 'minf')), 'stbl');
  const stsd = findBox(childrenOf(moov, stbl), 'stsd');
  const [entry] = stsd ? listBoxes(moov, stsd.start + 8, stsd.end) : [];
  return [entry ? readEntry(moov, entry) : NOTHING];
}

const NOTHING: Framing = { crop: null, orientation: null, shapesCrop: false, dolby: null };
/** Of a picture's sample entry, before its boxes. */
const ENTRY_FIELDS = 78;

/**
 * A clean aperture is left alone: phones write one that trims the margins of stabilised films, and
 * browsers show all of the picture.
 */
function readEntry(moov: Buffer, entry: Box): Framing {
  const boxes = listWhole(moov, entry.start + ENTRY_FIELDS, entry.end);
  const dolby = boxes.find(({ type }) => ['dvcC', 'dvvC', 'dvwC'].includes(type));
  return { ...NOTHING, dolby: dolby ? readDolby(moov.subarray(dolby.start, dolby.end)) : null };
}

const childrenOf = (bytes: Buffer, box: Box | undefined): Box[] =>
  box ? listBoxes(bytes, box.start, box.end) : [];

/** QuickTime ends some entries with four zero bytes that are no box. */
const listWhole = (bytes: Buffer, start: number, end: number): Box[] =>
  listBoxes(bytes, start, end - start >= 4 && bytes.readUInt32BE(end - 4) === 0 ? end - 4 : end);
