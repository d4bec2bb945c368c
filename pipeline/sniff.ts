// Which container a file is, by its first bytes: never by its name or claimed type.

import { MediaError } from './media-error.js';

export const CONTAINERS = ['mov', 'matroska', 'mpegts', 'avi'] as const;

/** Named as ffmpeg names the demuxer that is forced upon the file. */
export type Container = (typeof CONTAINERS)[number];

/** How much of a file's start `sniffContainer` wants. */
export const SNIFF_BYTES = 4096;

/** @throws MediaError where the bytes are none of our containers, or are scrambled */
export function sniffContainer(head: Uint8Array): Container {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.length === 0) {
    throw new MediaError('CORRUPT_MEDIA', 'The file is empty. Export it again and upload that.');
  }
  if (isMov(bytes)) return 'mov';
  if (isMatroska(bytes)) return 'matroska';
  if (isAvi(bytes)) return 'avi';
  const packets = findTransportPackets(bytes);
  if (packets) {
    refuseScrambled(bytes, packets);
    return 'mpegts';
  }
  throw new MediaError(
    'UNSUPPORTED_FORMAT',
    'This is no video file that we take. Upload an MP4, MOV, 3GP, WebM, MKV, MPEG-TS or AVI.',
  );
}

const TOP_BOXES = 'ftyp moov mdat free skip wide pnot moof sidx styp uuid prfl PICT junk'.split(
  ' ',
);
// HEIF and AVIF pictures share the box structure of MP4.
const PICTURE_BRANDS = 'heic heix heim heis avif avis mif1 mif2 miaf crx jp2 jpx'.split(' ');

function isMov(bytes: Buffer): boolean {
  if (bytes.length < 8) return false;
  const size = bytes.readUInt32BE(0);
  const type = bytes.toString('latin1', 4, 8);
  if (!TOP_BOXES.includes(type) || (size > 1 && size < 8)) return false;
  return type !== 'ftyp' || !PICTURE_BRANDS.includes(bytes.toString('latin1', 8, 12).trimEnd());
}

function isMatroska(bytes: Buffer): boolean {
  if (bytes.length < 8 || bytes.readUInt32BE(0) !== 0x1a45dfa3) return false;
  const header = bytes.toString('latin1', 0, 128);
  return header.includes('webm') || header.includes('matroska');
}

const isAvi = (bytes: Buffer) =>
  bytes.toString('latin1', 0, 4) === 'RIFF' &&
  ['AVI ', 'AVIX'].includes(bytes.toString('latin1', 8, 12));

interface TransportPackets {
  /** Offset of the first sync byte. */
  readonly first: number;
  readonly size: 188 | 192 | 204;
}

const SYNC = 0x47;
const FEWEST_PACKETS = 4;

function findTransportPackets(bytes: Buffer): TransportPackets | null {
  for (const size of [188, 192, 204] as const) {
    for (let first = 0; first < size && first + size * FEWEST_PACKETS <= bytes.length; first++) {
      if (allSync(bytes, first, size)) return { first, size };
    }
  }
  return null;
}

function allSync(bytes: Buffer, first: number, size: number): boolean {
  for (let at = first; at < bytes.length; at += size) {
    if (bytes[at] !== SYNC) return false;
  }
  return true;
}

/** Two bits of each packet's header say whether its payload is scrambled. */
function refuseScrambled(bytes: Buffer, { first, size }: TransportPackets): void {
  for (let at = first; at + 4 <= bytes.length; at += size) {
    if (((bytes[at + 3] ?? 0) & 0xc0) !== 0) {
      throw new MediaError('DRM_PROTECTED', 'The video is encrypted. Upload an unprotected copy.');
    }
  }
}
