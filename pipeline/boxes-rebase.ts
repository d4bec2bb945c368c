// Moves a fragment to another place on its track's timeline.

import { BoxError } from './boxes-bytes.js';
import { getBox, listBoxes } from './boxes-tree.js';

/**
 * Writes another number and a later decode time into a fragment, in place.
 * @param fragment moof and what follows it, whose offsets count from the moof
 * @param shift in the track's timescale
 * @throws BoxError
 */
export function rebaseFragment(fragment: Buffer, sequence: number, shift: number): void {
  const moof = getBox(listBoxes(fragment), 'moof');
  const boxes = listBoxes(fragment, moof.start, moof.end);
  fragment.writeUInt32BE(sequence, getBox(boxes, 'mfhd').start + 4);
  for (const traf of boxes.filter(({ type }) => type === 'traf')) {
    const tfdt = getBox(listBoxes(fragment, traf.start, traf.end), 'tfdt');
    const isLong = fragment[tfdt.start] === 1;
    if (tfdt.end - tfdt.start < (isLong ? 12 : 8)) throw new BoxError('A decode time is cut off');
    const at = tfdt.start + 4;
    if (isLong) fragment.writeBigUInt64BE(fragment.readBigUInt64BE(at) + BigInt(shift), at);
    else fragment.writeUInt32BE(fragment.readUInt32BE(at) + shift, at);
  }
}
