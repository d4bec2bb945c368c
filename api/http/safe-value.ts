// Looks a parsed body over before any schema does: a value may be too deep, too wide, or no text that Postgres stores.

import type { ErrorDetail } from '../errors.js';

const MOST_LEVELS = 20;
const MOST_VALUES = 5_000;

/** What is wrong with it, or null. Walks with a list of its own, so depth cannot exhaust the stack. */
export function findUnsafe(part: string, value: unknown): ErrorDetail | null {
  const waiting = [{ field: '', value, level: 0 }];
  for (let seen = 0; ; seen += 1) {
    const next = waiting.pop();
    if (!next) return null;
    const field = next.field || part;
    if (next.level > MOST_LEVELS) return { field: part, message: 'is nested too deeply' };
    if (seen + waiting.length > MOST_VALUES)
      return { field: part, message: 'holds too many values' };
    if (typeof next.value === 'string') {
      if (!isStorable(next.value)) return { field, message: 'holds characters that are not text' };
    } else if (typeof next.value === 'object' && next.value !== null) {
      for (const [name, member] of Object.entries(next.value)) {
        if (!isStorable(name)) return { field, message: 'holds a name that is not text' };
        waiting.push({
          field: next.field ? `${next.field}.${name}` : name,
          value: member,
          level: next.level + 1,
        });
      }
    }
  }
}

/** NUL is refused by Postgres, a lone surrogate by its jsonb. */
const isStorable = (text: string) => !text.includes('\0') && !LONE_SURROGATE.test(text);

const LONE_SURROGATE = /\p{Surrogate}/u;
