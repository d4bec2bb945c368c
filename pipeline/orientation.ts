// The eight ways in which a picture can lie in its file.

/** What a player does to the coded picture before it shows it; rotations are clockwise. */
export type Orientation =
  | 'upright'
  | 'rotate-90'
  | 'rotate-180'
  | 'rotate-270'
  | 'mirror'
  | 'flip'
  | 'transpose'
  | 'anti-transpose';

interface SideData {
  readonly side_data_list: readonly { readonly displaymatrix?: string | undefined }[];
}

/**
 * What the container was read to say, then its matrix, then the one in the pictures themselves, then the tag that copies of phone
 * films keep where their container has no matrix: degrees clockwise.
 */
export function chooseOrientation(
  stream: SideData & { readonly tags: Readonly<Record<string, string>> },
  picture: SideData,
  told?: Orientation | null,
): Orientation {
  if (told) return told;
  const matrix = [stream, picture]
    .flatMap(({ side_data_list }) => side_data_list)
    .find(({ displaymatrix }) => displaymatrix)?.displaymatrix;
  if (matrix) return readOrientation(matrix);
  const { rotate = stream.tags.ROTATE } = stream.tags;
  const turns = Math.round(Number(rotate ?? 0) / 90);
  return ROTATIONS[((turns % 4) + 4) % 4] ?? 'upright';
}

const ROTATIONS: readonly Orientation[] = ['upright', 'rotate-90', 'rotate-180', 'rotate-270'];

/** Reads ffprobe's hex-dump-like display matrix; scale and skew are ignored. */
export function readOrientation(displayMatrix: string | undefined): Orientation {
  const rows = (displayMatrix ?? '')
    .split('\n')
    .map((line) => /^[0-9a-f]+:\s+(-?\d+)\s+(-?\d+)/i.exec(line.trim()))
    .filter((match) => match !== null);
  const [a, b] = [Number(rows[0]?.[1] ?? 1), Number(rows[0]?.[2] ?? 0)];
  const [c, d] = [Number(rows[1]?.[1] ?? 0), Number(rows[1]?.[2] ?? 1)];
  return toOrientation(a, b, c, d);
}

/** The nearest of the eight to a matrix whose rows are `a b` and `c d`. */
export function toOrientation(a: number, b: number, c: number, d: number): Orientation {
  if (Math.abs(a) + Math.abs(d) >= Math.abs(b) + Math.abs(c)) {
    if (a < 0) return d < 0 ? 'rotate-180' : 'mirror';
    return d < 0 ? 'flip' : 'upright';
  }
  if (b < 0) return c < 0 ? 'anti-transpose' : 'rotate-270';
  return c < 0 ? 'rotate-90' : 'transpose';
}

export const swapsSides = (orientation: Orientation): boolean =>
  ['rotate-90', 'rotate-270', 'transpose', 'anti-transpose'].includes(orientation);

/** The filters that turn a coded picture upright; empty where it already is. */
export const ORIENTATION_FILTERS: Readonly<Record<Orientation, readonly string[]>> = {
  upright: [],
  'rotate-90': ['transpose=clock'],
  'rotate-180': ['hflip', 'vflip'],
  'rotate-270': ['transpose=cclock'],
  mirror: ['hflip'],
  flip: ['vflip'],
  transpose: ['transpose=cclock_flip'],
  'anti-transpose': ['transpose=clock_flip'],
};
