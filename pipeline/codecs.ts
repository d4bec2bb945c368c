// RFC 6381 codec strings and decoder facts, from the configuration records of a sample entry.

import { BoxError } from './boxes-bytes.js';
import type { SampleEntry } from './boxes-sample-entry.js';
import { Fields } from './boxes-tree.js';

/** `avc1.64001f`, `hvc1.1.6.L93.90`, `mp4a.40.2`; the bare type of any other entry. @throws BoxError */
export function codecString(entry: SampleEntry): string {
  if (entry.type.startsWith('avc')) {
    const { profile, constraints, level } = readAvc(entry);
    return `${entry.type}.${[profile, constraints, level].map(toHex).join('')}`;
  }
  if (/^h(vc|ev)1$/.test(entry.type)) return hevcString(entry);
  if (entry.type === 'mp4a') {
    const { objectType, audioObjectType } = readAac(entry);
    const indication = toHex(objectType);
    return objectType === MPEG4_AUDIO ? `mp4a.40.${audioObjectType}` : `mp4a.${indication}`;
  }
  return entry.type;
}

const toHex = (value: number) => value.toString(16).padStart(2, '0');

export interface AvcFacts {
  readonly profile: number;
  readonly constraints: number;
  /** Ten times the level: 31 is 3.1. */
  readonly level: number;
  /** Bytes before each NAL unit that say how long it is. */
  readonly lengthSize: number;
  readonly parameterSets: number;
}

/** Reads an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 5.3.3). @throws BoxError */
export function readAvc({ type, avcC }: Pick<SampleEntry, 'type' | 'avcC'>): AvcFacts {
  if (!avcC) throw new BoxError(`Sample entry ${type} has no avcC`);
  const fields = new Fields(avcC, { start: 0, end: avcC.length });
  const [profile, constraints, level] = [fields.skip(1).u8(), fields.u8(), fields.u8()];
  const lengthSize = (fields.u8() & 3) + 1;
  return { profile, constraints, level, lengthSize, parameterSets: fields.u8() & 0x1f };
}

/** Reads an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 8.3.3, annex E.3 for the string). */
function hevcString({ type, hvcC }: SampleEntry): string {
  if (!hvcC) throw new BoxError(`Sample entry ${type} has no hvcC`);
  const fields = new Fields(hvcC, { start: 0, end: hvcC.length });
  const head = fields.skip(1).u8();
  const space = ['', 'A', 'B', 'C'][head >> 6];
  const compatibility = reverseBits(fields.u32()).toString(16);
  const constraints = [...fields.rest(6)].map((byte) => byte.toString(16));
  while (constraints.at(-1) === '0') constraints.pop();
  const tier = head & 0x20 ? 'H' : 'L';
  const parts = [`${space}${head & 0x1f}`, compatibility, `${tier}${fields.u8()}`, ...constraints];
  return [type, ...parts].join('.');
}

function reverseBits(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) reversed = reversed * 2 + ((value >>> bit) & 1);
  return reversed;
}

export function hevcLengthSize({ hvcC }: Pick<SampleEntry, 'hvcC'>): number {
  if (!hvcC || hvcC.length < 22) throw new BoxError('An hvcC is cut off');
  return (hvcC.readUInt8(21) & 3) + 1;
}

export interface AacFacts {
  /** ISO/IEC 14496-1 indication; 0x40 is MPEG-4 audio. */
  readonly objectType: number;
  /** 2 is AAC-LC, 5 HE-AAC, 29 HE-AAC v2. */
  readonly audioObjectType: number;
  /** As the AudioSpecificConfig numbers them; 2 is stereo. */
  readonly channels: number;
}

const MPEG4_AUDIO = 0x40;
const [ES_DESCRIPTOR, DECODER_CONFIG, DECODER_SPECIFIC] = [3, 4, 5];

/** Reads the descriptors of esds (ISO/IEC 14496-1 7.2.6). @throws BoxError */
export function readAac({ type, esds }: Pick<SampleEntry, 'type' | 'esds'>): AacFacts {
  if (!esds) throw new BoxError(`Sample entry ${type} has no esds`);
  const content = readDescriptor(esds, ES_DESCRIPTOR);
  const es = new Fields(content, whole(content));
  const flags = es.skip(2).u8();
  if (flags & 0x80) es.skip(2);
  if (flags & 0x40) es.skip(es.u8());
  if (flags & 0x20) es.skip(2);
  const decoder = readDescriptor(es.rest(), DECODER_CONFIG);
  const objectType = new Fields(decoder, whole(decoder)).u8();
  if (objectType !== MPEG4_AUDIO) return { objectType, audioObjectType: 0, channels: 0 };
  const config = readDescriptor(decoder.subarray(13), DECODER_SPECIFIC);
  return { objectType, ...readAudioConfig(config) };
}

const whole = (bytes: Buffer) => ({ start: 0, end: bytes.length });

/** Content of the descriptor with which `bytes` begin. */
function readDescriptor(bytes: Buffer, tag: number): Buffer {
  const fields = new Fields(bytes, whole(bytes));
  if (fields.u8() !== tag) throw new BoxError(`There is no descriptor ${tag}`);
  let length = 0;
  for (let count = 0; count < 4; count++) {
    const byte = fields.u8();
    length = length * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return fields.rest(length);
}

/** AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1), its first fields. */
function readAudioConfig(config: Buffer): Pick<AacFacts, 'audioObjectType' | 'channels'> {
  const bits = [...config.subarray(0, 8)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let at = 0;
  const take = (count: number): number => {
    if (at + count > bits.length) throw new BoxError('An AudioSpecificConfig is cut off');
    at += count;
    return Number.parseInt(bits.slice(at - count, at), 2);
  };
  const short = take(5);
  const audioObjectType = short === 31 ? 32 + take(6) : short;
  if (take(4) === 15) take(24);
  return { audioObjectType, channels: take(4) };
}
