// Boxes inside a buffer, and the numbers inside a box; every step is checked against the end.

import { BoxError } from './boxes-bytes.js';

export interface Box {
  readonly type: string;
  /** Content, after the header, as offsets into the buffer. */
  readonly start: number;
  readonly end: number;
}

const MAX_CHILDREN = 4096;

/** The boxes that fill `start` to `end`. @throws BoxError where they do not */
export function listBoxes(bytes: Buffer, start = 0, end = bytes.length): Box[] {
  const boxes: Box[] = [];
  for (let at = start; at < end; ) {
    if (boxes.length >= MAX_CHILDREN) throw new BoxError('Too many boxes in one');
    const { type, headerSize, size } = readBoxHeader(bytes.subarray(at, end), end - at);
    boxes.push({ type, start: at + headerSize, end: at + size });
    at += size;
  }
  return boxes;
}

export interface BoxHeader {
  readonly type: string;
  readonly headerSize: number;
  /** Of header and content together. */
  readonly size: number;
}

/** Reads a header of 8 or 16 bytes; `room` is what is left for the box. @throws BoxError */
export function readBoxHeader(bytes: Buffer, room: number): BoxHeader {
  if (bytes.length < 8 || room < 8) throw new BoxError('A box header is cut off');
  const short = bytes.readUInt32BE(0);
  const type = bytes.toString('latin1', 4, 8);
  const headerSize = short === 1 ? 16 : 8;
  if (bytes.length < headerSize)
    throw new BoxError(`The header of box ${printable(type)} is cut off`);
  const size = short === 0 ? room : short === 1 ? Number(bytes.readBigUInt64BE(8)) : short;
  if (size < headerSize || size > room) {
    throw new BoxError(`Box ${printable(type)} claims ${size} bytes where ${room} are left`);
  }
  return { type, headerSize, size };
}

const printable = (type: string) => JSON.stringify(type);

export const findBox = (boxes: readonly Box[], type: string): Box | undefined =>
  boxes.find((box) => box.type === type);

/** @throws BoxError where there is none */
export function getBox(boxes: readonly Box[], type: string): Box {
  const box = findBox(boxes, type);
  if (!box) throw new BoxError(`There is no ${type} box`);
  return box;
}

/** Follows a path of boxes downwards; the last one's children. @throws BoxError where one is absent */
export function listAt(bytes: Buffer, boxes: readonly Box[], ...path: string[]): Box[] {
  return path.reduce(
    (level, type) => {
      const box = getBox(level, type);
      return listBoxes(bytes, box.start, box.end);
    },
    [...boxes],
  );
}

/** Reads big-endian numbers one after another. Every method throws BoxError past the end. */
export class Fields {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, { start, end }: Pick<Box, 'start' | 'end'>) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  skip(count: number): this {
    this.#take(count);
    return this;
  }

  u8 = (): number => this.#bytes.readUInt8(this.#take(1));
  u16 = (): number => this.#bytes.readUInt16BE(this.#take(2));
  u32 = (): number => this.#bytes.readUInt32BE(this.#take(4));
  i32 = (): number => this.#bytes.readInt32BE(this.#take(4));
  u64 = (): number => toSafe(this.#bytes.readBigUInt64BE(this.#take(8)));
  i64 = (): number => toSafe(this.#bytes.readBigInt64BE(this.#take(8)));
  text = (count: number): string => this.rest(count).toString('latin1');

  /** The next `count` bytes, by default all that are left. */
  rest(count = this.left): Buffer {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  #take(count: number): number {
    if (count < 0 || count > this.left) throw new BoxError('A box ends before its fields do');
    const at = this.#at;
    this.#at += count;
    return at;
  }
}

function toSafe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new BoxError(`${value} is no sane count`);
  return number;
}
