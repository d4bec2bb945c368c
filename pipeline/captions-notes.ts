// What is said of a captions file: what was repaired, where, and what it is refused for.

export interface CaptionFinding {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** One kind of repair: how often, and on which lines first. */
export interface CaptionRepair {
  readonly message: string;
  readonly count: number;
  readonly lines: readonly number[];
}

export interface CaptionNotes {
  repair(line: number, message: string): void;
  fault(line: number, message: string): void;
  repairs(): CaptionRepair[];
  faults(): readonly CaptionFinding[];
}

const MOST_FAULTS = 20;
const MOST_LINES = 10;

/** Bounded, whatever the file: kinds of repair are few, and faults stop at twenty. */
export function openNotes(): CaptionNotes {
  const repairs = new Map<string, { count: number; lines: number[] }>();
  const faults: CaptionFinding[] = [];
  return {
    repair(line, message) {
      const kind = repairs.get(message) ?? { count: 0, lines: [] };
      repairs.set(message, kind);
      kind.count += 1;
      if (kind.lines.length < MOST_LINES && kind.lines.at(-1) !== line) kind.lines.push(line);
    },
    fault(line, message) {
      if (faults.length < MOST_FAULTS) faults.push({ line, message });
    },
    repairs: () => [...repairs].map(([message, kind]) => ({ message, ...kind })),
    faults: () => faults,
  };
}
