// Packets and first frames → where a track starts and ends, and how fast its pictures come.

import type { Ratio } from './probe.js';

export interface Packet {
  readonly stream: number;
  /** Presentation time in seconds; decode time where the container has no other. */
  readonly time: number;
  /** Seconds from decoding to presentation, where both are told. */
  readonly delay?: number;
  readonly duration: number;
  /** Cut away by an edit list: decoded, never shown. */
  readonly isDiscarded: boolean;
  /** Said to be decodable without any other. */
  readonly isKey: boolean;
}

/** Parses `ffprobe -show_entries packet=… -of compact=p=0`. */
export function readPackets(compact: string): Packet[] {
  const packets: Packet[] = [];
  for (const line of compact.split('\n')) {
    const packet = readPacket(line);
    if (packet) packets.push(packet);
  }
  return packets;
}

function readPacket(line: string): Packet | null {
  const fields = new Map<string, string>();
  for (const part of line.trim().split('|')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at), part.slice(at + 1));
  }
  const stream = Number(fields.get('stream_index') ?? Number.NaN);
  const time = firstFinite(fields.get('pts_time'), fields.get('dts_time'));
  const decoded = firstFinite(fields.get('dts_time'));
  if (!Number.isInteger(stream) || Number(fields.get('size')) === 0) return null;
  return {
    stream,
    time,
    ...(decoded < time && { delay: time - decoded }),
    duration: Math.max(0, firstFinite(fields.get('duration_time'), '0')),
    isDiscarded: fields.get('flags')?.includes('D') ?? false,
    isKey: fields.get('flags')?.includes('K') ?? false,
  };
}

const firstFinite = (...texts: (string | undefined)[]): number =>
  texts.map((text) => Number.parseFloat(text ?? '')).find(Number.isFinite) ?? Number.NaN;

export interface TrackTiming {
  readonly start: number;
  readonly end: number;
  /** Shown packets. */
  readonly count: number;
  /** Where the first of them that needs no other is shown; null where none says so. */
  readonly firstKey: number | null;
  /** Distances between neighbours in presentation order, ascending; zero distances left out. */
  readonly gaps: readonly number[];
}

/** Where each frame came as two packets, one a field: the timing of its frames. */
export const joinFields = (timing: TrackTiming): TrackTiming => ({
  ...timing,
  count: Math.ceil(timing.count / 2),
  gaps: timing.gaps.map((gap) => gap * 2),
});

/** Null where the track shows nothing. */
export function measureTrack(packets: readonly Packet[], stream: number): TrackTiming | null {
  const shown = packets.filter(
    (packet) => packet.stream === stream && !packet.isDiscarded && Number.isFinite(packet.time),
  );
  const times = shown.map((packet) => packet.time).sort((a, b) => a - b);
  const [start] = times;
  const last = times.at(-1);
  if (start === undefined || last === undefined) return null;
  const gaps = times
    .slice(1)
    .map((time, index) => time - (times[index] ?? time))
    .filter((gap) => gap > 1e-6)
    .sort((a, b) => a - b);
  const lasting = shown.find((packet) => packet.time === last)?.duration ?? 0;
  const firstKey = shown.reduce<number | null>(
    (first, { isKey, time }) => (isKey && (first === null || time < first) ? time : first),
    null,
  );
  return { start, end: last + (lasting || median(gaps) || 0), count: shown.length, firstKey, gaps };
}

const median = (sorted: readonly number[]): number | undefined => sorted[sorted.length >> 1];

const STANDARD_RATES: readonly Ratio[] = [
  ...[24, 30, 60, 120, 240].map((rate) => ({ num: rate * 1000, den: 1001 })),
  ...[15, 25].map((num) => ({ num, den: 2 })),
  ...[1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240].map(
    (num) => ({ num, den: 1 }),
  ),
];
const FALLBACK_RATE: Ratio = { num: 30, den: 1 };

/**
 * The rate at which most frames follow each other. Header rates are believed only where the
 * frames bear them out: a clock base (600, 1000, 90000) or a mean over pauses is no frame rate.
 */
export function nominalRate(gaps: readonly number[], claimed: readonly (Ratio | null)[]): Ratio {
  const rate = usualRate(gaps);
  if (rate === null) return claimed.find(isPlausible) ?? FALLBACK_RATE;
  const near = (tolerance: number) => (ratio: Ratio | null) =>
    ratio !== null && Math.abs(toNumber(ratio) / rate - 1) < tolerance;
  const believed = claimed.find(near(0.005)) ?? null;
  const exact = believed ? toNumber(believed) : rate;
  const [standard] = STANDARD_RATES.filter(near(0.012)).sort(
    (a, b) => Math.abs(toNumber(a) - exact) - Math.abs(toNumber(b) - exact),
  );
  return standard ?? believed ?? (isSteady(gaps) ? toRatio(rate) : nextStandard(rate));
}

/** Mean of the gaps like the middle one; of the shorter ones where that would lose frames. */
function usualRate(all: readonly number[]): number | null {
  // Far shorter gaps belong to frames that are never shown, such as VP9's alternate references.
  const gaps = all.filter((gap) => gap > 0.3 * (median(all) ?? 0));
  const mean = gaps.length / all.reduce((sum, gap) => sum + gap, 0);
  for (const quantile of [0.5, 0.25, 0.1]) {
    const middle = gaps[Math.floor(gaps.length * quantile)];
    if (middle === undefined) return null;
    const usual = gaps.filter((gap) => gap > middle * 0.7 && gap < middle * 1.4);
    const rate = usual.length / usual.reduce((sum, gap) => sum + gap, 0);
    if (rate > mean * 0.97) return rate;
  }
  return mean;
}

/** Whether nine of ten frames keep the same distance. */
function isSteady(gaps: readonly number[]): boolean {
  const middle = median(gaps) ?? 0;
  const alike = gaps.filter((gap) => Math.abs(gap - middle) < middle * 0.15);
  return alike.length >= gaps.length * 0.9;
}

const toRatio = (rate: number): Ratio => ({ num: Math.round(rate * 1000), den: 1000 });

/** For a rate that wanders: the lowest common one that loses next to nothing. */
const nextStandard = (rate: number): Ratio =>
  STANDARD_RATES.filter((ratio) => toNumber(ratio) >= rate * 0.95).sort(
    (a, b) => toNumber(a) - toNumber(b),
  )[0] ?? toRatio(rate);

export const toNumber = ({ num, den }: Ratio): number => num / den;

const isPlausible = (ratio: Ratio | null): ratio is Ratio =>
  ratio !== null && toNumber(ratio) >= 1 && toNumber(ratio) <= 240;
