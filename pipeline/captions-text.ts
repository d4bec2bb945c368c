// A cue's text (W3C WebVTT, 4.2): its own tags, closed and nested; anything else is text. Nothing in it can run.

import { readTimestamp, writeTime } from './captions-time.js';

interface Span {
  /** Milliseconds. */
  readonly start: number;
  readonly end: number;
}

/** @returns text that, cleaned again, stays as it is */
export function cleanCueText(text: string, span: Span): { text: string; stripped: boolean } {
  const out: string[] = [];
  const open: string[] = [];
  let stripped = false;
  let reached = span.start;
  const last = text.lastIndexOf('>');
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('<', at);
    const end = next < 0 ? text.length : next;
    out.push(cleanCharacters(text.slice(at, end)));
    at = end;
    if (at >= text.length) break;
    const close = at < last ? text.indexOf('>', at) : -1;
    if (!isTagStart(text, at, close)) {
      out.push('&lt;');
      at += 1;
      continue;
    }
    const tag = readTag(text.slice(at + 1, close));
    at = close + 1;
    if (tag?.kind === 'time' && tag.ms > reached && tag.ms < span.end) {
      reached = tag.ms;
      out.push(`<${writeTime(tag.ms)}>`);
    } else if (tag?.kind === 'start' && mayOpen(tag.name, open)) {
      open.push(tag.name);
      out.push(`<${tag.name}${tag.rest}>`);
    } else if (tag?.kind === 'end' && open.includes(tag.name)) {
      for (;;) {
        const name = open.pop();
        out.push(`</${name}>`);
        if (name === tag.name) break;
      }
    } else {
      stripped = true;
    }
  }
  while (open.length > 0) out.push(`</${open.pop()}>`);
  return { text: tidyLines(out.join('')), stripped };
}

/** `I <3 this -> that` is no tag. */
const isTagStart = (text: string, at: number, close: number): boolean =>
  close > at &&
  (/[a-z/!?]/i.test(text[at + 1] ?? '') ||
    (close - at <= 21 && readTimestamp(text.slice(at + 1, close)) !== null));

type Tag =
  | { readonly kind: 'start'; readonly name: string; readonly rest: string }
  | { readonly kind: 'end'; readonly name: string }
  | { readonly kind: 'time'; readonly ms: number };

const NAMES = new Set(['c', 'i', 'b', 'u', 'ruby', 'rt', 'v', 'lang']);

function readTag(inside: string): Tag | null {
  const ms = readTimestamp(inside);
  if (ms !== null) return { kind: 'time', ms };
  const [head = ''] = inside.split(/[ \t\n]/, 1);
  const [name = '', ...classes] = head.split('.');
  if (name.startsWith('/')) {
    return NAMES.has(name.slice(1)) ? { kind: 'end', name: name.slice(1) } : null;
  }
  if (!NAMES.has(name)) return null;
  const kept = classes.filter((each) => /^[\w-]{1,40}$/.test(each)).map((each) => `.${each}`);
  const annotation = cleanAnnotation(name, inside.slice(head.length));
  if (annotation === null) return null;
  return { kind: 'start', name, rest: kept.join('') + annotation };
}

/** Whose voice, or which language; null where the tag is of no use without it. */
function cleanAnnotation(name: string, raw: string): string | null {
  const text = cleanCharacters(raw).replace(/\s+/g, ' ').trim();
  if (name === 'lang')
    return /^[A-Za-z\d]{1,8}(?:-[A-Za-z\d]{1,8}){0,4}$/.test(text) ? ` ${text}` : null;
  if (name !== 'v') return '';
  return text ? ` ${text}` : null;
}

/** Nesting beyond anything that people write would only cost those who draw it. */
const DEEPEST = 16;

const mayOpen = (name: string, open: readonly string[]) =>
  open.length < DEEPEST && (name !== 'rt' || open.at(-1) === 'ruby');

/** Characters escaped, once: references to a few are taken for what they name, other names are left. */
const cleanCharacters = (text: string): string =>
  text
    .replace(REFERENCE, (all, name: string) => toCharacter(name) ?? all)
    .replace(/&(?![A-Za-z][A-Za-z\d]{1,30};)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const REFERENCE = /&(#\d{1,7}|#[xX][\da-fA-F]{1,6});/g;

/** Of a number alone; what has a meaning of its own comes out as a name, and what is no character as nothing. */
function toCharacter(name: string): string | null {
  const code = /^#[xX]/.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  const named = new Map([
    [0x26, '&amp;'],
    [0x3c, '&lt;'],
    [0x3e, '&gt;'],
  ]).get(code);
  if (named) return named;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return ' ';
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || NO_CHARACTERS.has(code)) return '';
  return String.fromCodePoint(code);
}

const NO_CHARACTERS = new Set([0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff]);

/** An empty line would end the cue. */
const tidyLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
