// The timing line of a cue: WebVTT's, and what SubRip and hands make of it.

export interface Timing {
  /** Milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly settings: string;
  readonly repairs: readonly string[];
}

export function readTiming(line: string): Timing | { readonly fault: string } {
  const [, from, to, settings = ''] = TIMING.exec(line.trim()) ?? [];
  const start = from === undefined ? null : readTime(from);
  const end = to === undefined ? null : readTime(to);
  if (!start || !end) {
    return { fault: 'this is no time: write it as 00:00:01.000 --> 00:00:02.000' };
  }
  if (start.ms === null || end.ms === null) {
    return { fault: 'minutes and seconds go up to 59' };
  }
  const repairs = new Set([...start.repairs, ...end.repairs]);
  return { start: start.ms, end: end.ms, settings: settings.trim(), repairs: [...repairs] };
}

// Each part ends where the next cannot begin, so that no line is read twice.
const TIMING = /^([\d:.,]{1,20})[ \t]*-->[ \t]*([\d:.,]{1,20})((?:[ \t].*)?)$/;
const TIME = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:([.,])(\d{1,3}))?$/;

function readTime(text: string): { ms: number | null; repairs: readonly string[] } | null {
  const [whole, hours, minutes = '', seconds = '', point, fraction = ''] = TIME.exec(text) ?? [];
  if (whole === undefined) return null;
  if (Number(minutes) > 59 || Number(seconds) > 59) return { ms: null, repairs: [] };
  const inFull = [minutes, seconds].every(({ length }) => length === 2);
  const repairs = [
    ...(point === ',' ? ['commas in times become points'] : []),
    ...(hours === undefined ? ['hours are added to times'] : []),
    ...(!inFull || fraction.length !== 3 || hours?.length === 1
      ? ['times are written in full, as 00:00:01.000']
      : []),
  ];
  const minutesInAll = Number(hours ?? 0) * 60 + Number(minutes);
  const ms = (minutesInAll * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));
  return { ms, repairs };
}

/** `00:00:01.000`, from milliseconds. */
export function writeTime(ms: number): string {
  const [seconds, minutes] = [Math.floor(ms / 1000), Math.floor(ms / 60_000)];
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}:${pad(seconds % 60)}.${pad(Math.floor(ms) % 1000, 3)}`;
}

/** Of a timestamp tag inside a cue's text; null where it is none. */
export const readTimestamp = (text: string): number | null =>
  /^[\d:.]{5,20}$/.test(text) ? (readTime(text)?.ms ?? null) : null;
