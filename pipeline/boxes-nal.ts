// The NAL units at the start of a sample: what kind of picture it is.

import { BoxError, type ByteSource } from './boxes-bytes.js';
import type { Sample } from './boxes-fragment.js';

export type NalCodec = 'h264' | 'hevc';

const MAX_UNITS = 64;

/** Types up to and with the first that is a slice of a picture. @throws BoxError */
export async function readNalTypes(
  source: ByteSource,
  sample: Pick<Sample, 'offset' | 'size'>,
  { codec, lengthSize }: { codec: NalCodec; lengthSize: number },
): Promise<number[]> {
  const end = sample.offset + sample.size;
  const types: number[] = [];
  for (let at = sample.offset; at < end && types.length < MAX_UNITS; ) {
    if (at + lengthSize >= end) throw new BoxError('A NAL unit is cut off');
    const bytes = await source.read(at, lengthSize + 1);
    const length = bytes.readUIntBE(0, lengthSize);
    const first = bytes.readUInt8(lengthSize);
    if (length === 0 || at + lengthSize + length > end) throw new BoxError('A NAL unit is cut off');
    const type = codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
    types.push(type);
    if (isSlice(codec, type)) break;
    at += lengthSize + length;
  }
  return types;
}

/** Whether the picture is an IDR: nothing after it, in decoding order, needs what came before it. */
export const isIdr = (codec: NalCodec, types: readonly number[]): boolean =>
  types.some((type) => (codec === 'h264' ? type === 5 : type === 19 || type === 20));

const isSlice = (codec: NalCodec, type: number): boolean =>
  codec === 'h264' ? type >= 1 && type <= 5 : type <= 31;
