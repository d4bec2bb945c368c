// A captions file's bytes → lines → the blocks that are cues (W3C WebVTT, 4.1 and 6.1; SubRip where it differs).

import { isUtf8 } from 'node:buffer';

import type { CaptionNotes } from './captions-notes.js';

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

export interface Block {
  /** Number of its first line. */
  readonly line: number;
  readonly timing: Line;
  readonly payload: readonly Line[];
}

const ARROW = '-->';

/** Lines without control characters; none, and a fault, where the text is not UTF-8. */
export function toLines(bytes: Uint8Array, notes: CaptionNotes): Line[] {
  if (!isUtf8(bytes)) {
    notes.fault(findBrokenLine(bytes), 'the text is not UTF-8: save the file as UTF-8');
    return [];
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes);
  return text.split(/\r\n|\r|\n/).map((raw, index) => {
    const clean = raw.replace(STRAY, '');
    if (clean !== raw) notes.repair(index + 1, 'control characters are taken out');
    return { number: index + 1, text: clean };
  });
}

/** All of C0 but the tab, DEL, C1, the byte order mark and what Unicode has set aside. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STRAY = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function findBrokenLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}

/** Cues; headers, comments, styles and regions are left out. Text that no time belongs to is a fault. */
export function toBlocks(lines: readonly Line[], notes: CaptionNotes): Block[] {
  const blocks: Block[] = [];
  let at = skipHeader(lines, notes);
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const first = at;
    const timingAt = hasArrow(lines[at]) ? at : hasArrow(lines[at + 1]) ? at + 1 : -1;
    at = timingAt < 0 ? at : timingAt + 1;
    const start = at;
    while (at < lines.length && !hasArrow(lines[at]) && !isEnd(lines, at, first)) at += 1;
    // The line above a time that follows without a blank line is its number, where it is one.
    const closes = hasArrow(lines[at]) && at - 1 > start && isNumber(lines[at - 1]);
    if (closes) at -= 1;
    const [line, timing] = [lines[first], lines[timingAt]];
    if (timing && line) {
      blocks.push({ line: line.number, timing, payload: lines.slice(start, at) });
    } else if (line && !isKnownBlock(line)) {
      judgeStray(line, at - first, notes);
    }
  }
  return blocks;
}

/** @returns where the first block may begin */
function skipHeader(lines: readonly Line[], notes: CaptionNotes): number {
  const first = lines.findIndex((line) => !isBlank(line));
  if (first < 0) return lines.length;
  if (!/^WEBVTT(?:[ \t]|$)/.test(lines[first]?.text ?? '')) {
    // A file of no kind has no time in it either, and is refused for that.
    if (lines.some(hasArrow)) notes.repair(1, 'the first line WEBVTT was missing');
    return first;
  }
  if (first > 0) notes.repair(1, 'blank lines above WEBVTT are taken out');
  let at = first + 1;
  while (at < lines.length && !isBlank(lines[at]) && !hasArrow(lines[at])) {
    const line = lines[at];
    if (line?.text.startsWith('X-TIMESTAMP-MAP')) {
      notes.repair(line.number, 'X-TIMESTAMP-MAP is taken out: times count from the clip’s start');
    }
    at += 1;
  }
  return hasArrow(lines[at]) && isNumber(lines[at - 1]) ? at - 1 : at;
}

function judgeStray(line: Line, length: number, notes: CaptionNotes): void {
  if (length === 1 && isNumber(line)) notes.repair(line.number, 'numbers without a cue');
  else
    notes.fault(line.number, 'there is text without a time, such as 00:00:01.000 --> 00:00:02.000');
}

const isKnownBlock = ({ text }: Line) =>
  /^NOTE(?:[ \t]|$)/.test(text) || /^(?:STYLE|REGION)[ \t]*$/.test(text);

const hasArrow = (line: Line | undefined) => line?.text.includes(ARROW) ?? false;
const isNumber = (line: Line | undefined) => /^\s*\d{1,9}\s*$/.test(line?.text ?? '');
const isBlank = (line: Line | undefined) => line === undefined || line.text.trim() === '';

/** Only an empty line ends a cue; one of spaces does where a block, or nothing, follows it. */
function isEnd(lines: readonly Line[], at: number, first: number): boolean {
  if (at === first || !isBlank(lines[at])) return false;
  if (lines[at]?.text === '') return true;
  return isBlank(lines[at + 1]) || hasArrow(lines[at + 1]) || hasArrow(lines[at + 2]);
}
