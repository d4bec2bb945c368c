// Clean aperture and Dolby Vision records of MP4's video tracks.

import { type Box, findBox, listBoxes } from './boxes-tree.js';
import { type Crop, type Framing, readDolby } from './framing.js';

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

function readEntry(moov: Buffer, entry: Box): Framing {
  const boxes = listWhole(moov, entry.start + ENTRY_FIELDS, entry.end);
  const clap = findBox(boxes, 'clap');
  const dolby = boxes.find(({ type }) => ['dvcC', 'dvvC', 'dvwC'].includes(type));
  const width = moov.readUInt16BE(entry.start + 24);
  const height = moov.readUInt16BE(entry.start + 26);
  return {
    ...NOTHING,
    crop: clap ? readAperture(moov.subarray(clap.start, clap.end), width, height) : null,
    dolby: dolby ? readDolby(moov.subarray(dolby.start, dolby.end)) : null,
  };
}

/** ISO/IEC 14496-12 12.1.4: width, height and the offsets of its centre, each a fraction. */
function readAperture(clap: Buffer, codedWidth: number, codedHeight: number): Crop | null {
  if (clap.length < 32) return null;
  const [width = 0, height = 0, right = 0, down = 0] = [0, 8, 16, 24].map(
    (at) => clap.readInt32BE(at) / clap.readInt32BE(at + 4),
  );
  const left = (codedWidth - width) / 2 + right;
  const top = (codedHeight - height) / 2 + down;
  return {
    ...{ left: Math.round(left), top: Math.round(top) },
    ...{ width: Math.round(width), height: Math.round(height) },
  };
}

const childrenOf = (bytes: Buffer, box: Box | undefined): Box[] =>
  box ? listBoxes(bytes, box.start, box.end) : [];

/** QuickTime ends some entries with four zero bytes that are no box. */
const listWhole = (bytes: Buffer, start: number, end: number): Box[] =>
  listBoxes(bytes, start, end - start >= 4 && bytes.readUInt32BE(end - 4) === 0 ? end - 4 : end);
