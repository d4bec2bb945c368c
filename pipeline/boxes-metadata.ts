// Tags in a file's header, such as a place or a device's name.

import { type Box, listBoxes } from './boxes-tree.js';

/** Whether `udta` or `meta` among these boxes says anything; muxers leave empty ones. @throws BoxError */
export const carriesTags = (bytes: Buffer, boxes: readonly Box[]): boolean =>
  boxes.some((box) => {
    if (box.type === 'udta') return hasContent(bytes, listBoxes(bytes, box.start, box.end));
    return box.type === 'meta' && hasContent(bytes, [box]);
  });

const VERSION_BYTES = 4;

const hasContent = (bytes: Buffer, boxes: readonly Box[]): boolean =>
  boxes.some((box) => {
    if (box.type !== 'meta') return box.end > box.start;
    // A full box: version and flags come before its children.
    return listBoxes(bytes, Math.min(box.start + VERSION_BYTES, box.end), box.end).some(
      ({ type, start, end }) => !['hdlr', 'free'].includes(type) && end > start,
    );
  });
