// Captions as makers send them → clean WebVTT: parsed, repaired where the meaning is plain, refused by line where it is not.

import { type Block, type Line, toBlocks, toLines } from './captions-blocks.js';
import { type CaptionFinding, type CaptionRepair, openNotes } from './captions-notes.js';
import { readSettings } from './captions-settings.js';
import { cleanCueText } from './captions-text.js';
import { readTiming, writeTime } from './captions-time.js';

/** Times in milliseconds from the clip's start. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  /** As WebVTT writes them, checked; empty where there are none. */
  readonly settings: string;
  /** WebVTT cue text: only its own tags, all closed, everything else escaped. */
  readonly text: string;
}

export interface Captions {
  /** By start. */
  readonly cues: readonly Cue[];
  readonly repairs: readonly CaptionRepair[];
}

export class CaptionsError extends Error {
  override readonly name = 'CaptionsError';
  readonly findings: readonly CaptionFinding[];
  constructor(findings: readonly CaptionFinding[]) {
    super(findings.map(({ line, message }) => `line ${line}: ${message}`).join('; '));
    this.findings = findings;
  }
}

export const CAPTION_LIMITS = {
  bytes: 1024 * 1024,
  cues: 10_000,
  /** UTF-16 units of one cue's text, as it is written. */
  cueText: 2_000,
} as const;

/**
 * @param durationMs the clip's length, where it is known: what lies behind it is cut off
 * @throws CaptionsError with the lines that are wrong, and nothing else
 */
export function parseCaptions(bytes: Uint8Array, durationMs: number | null = null): Captions {
  if (bytes.length > CAPTION_LIMITS.bytes) {
    throw new CaptionsError([{ line: 1, message: TOO_LARGE }]);
  }
  const notes = openNotes();
  const read = toBlocks(toLines(bytes, notes), notes).flatMap((block) => {
    const cue = readCue(block, notes);
    return cue ? [{ ...cue, line: block.line }] : [];
  });
  const refuse = () => new CaptionsError(notes.faults());
  if (notes.faults().length > 0) throw refuse();
  const late = read.find(({ start }, index) => start < (read[index - 1]?.start ?? 0));
  if (late) notes.repair(late.line, 'cues are put in the order of their times');
  const sorted = late ? read.toSorted((a, b) => a.start - b.start) : read;
  const fitted = sorted.flatMap(({ line, ...cue }) => {
    const cut = fitCue(cue, durationMs ?? Number.POSITIVE_INFINITY);
    if (!cut) notes.repair(line, 'cues behind the clip’s end are left out');
    else if (cut.end < cue.end) notes.repair(line, 'cues are cut at the clip’s end');
    return cut ? [cut] : [];
  });
  if (fitted.length > CAPTION_LIMITS.cues) {
    notes.fault(1, `there are ${fitted.length} cues; at most ${CAPTION_LIMITS.cues} are taken`);
  } else if (fitted.length === 0) {
    notes.fault(1, read.length > 0 ? 'every cue is behind the clip’s end' : 'there is no cue');
  } else if (Buffer.byteLength(writeCaptions(fitted)) > CAPTION_LIMITS.bytes) {
    notes.fault(1, TOO_LARGE);
  }
  if (notes.faults().length > 0) throw refuse();
  return { cues: fitted, repairs: notes.repairs() };
}

/** What of a cue lies before `endMs`; null where nothing does. */
export function fitCue<C extends Cue>(cue: C, endMs: number): C | null {
  if (cue.start >= endMs) return null;
  if (cue.end <= endMs) return cue;
  const span = { start: cue.start, end: endMs };
  return { ...cue, ...span, text: cleanCueText(cue.text, span).text };
}

/** A WebVTT file. `header` are lines below the first. */
export const writeCaptions = (cues: readonly Cue[], header: readonly string[] = []): string =>
  `${[
    ['WEBVTT', ...header].join('\n'),
    ...cues.map(({ start, end, settings, text }) => {
      const timing = `${writeTime(start)} --> ${writeTime(end)}`;
      return `${settings ? `${timing} ${settings}` : timing}\n${text}`;
    }),
  ].join('\n\n')}\n`;

const TOO_LARGE = `the file is larger than ${CAPTION_LIMITS.bytes / 1024 / 1024} MB`;

function readCue(block: Block, notes: ReturnType<typeof openNotes>): Cue | null {
  const { timing, payload } = block;
  const found = readTiming(timing.text);
  if ('fault' in found) {
    notes.fault(timing.number, found.fault);
    return null;
  }
  for (const repair of found.repairs) notes.repair(timing.number, repair);
  const { start, end } = found;
  if (end <= start) {
    notes.fault(timing.number, 'the cue ends before it has begun');
    return null;
  }
  const settings = readSettings(found.settings);
  if (settings.dropped) notes.repair(timing.number, 'settings that WebVTT does not have');
  const { text, stripped } = cleanCueText(joinLines(payload), { start, end });
  const line = payload[0]?.number ?? timing.number;
  if (stripped) notes.repair(line, 'tags that WebVTT does not have are taken out');
  if (text.length > CAPTION_LIMITS.cueText) {
    notes.fault(line, `the cue is longer than ${CAPTION_LIMITS.cueText} characters`);
    return null;
  }
  if (text.replace(/<[^<>]*>/g, '').trim() === '') {
    notes.repair(timing.number, 'cues without words are left out');
    return null;
  }
  return { start, end, settings: settings.text, text };
}

const joinLines = (lines: readonly Line[]) => lines.map(({ text }) => text).join('\n');
