// Attribute lists of HLS tags (RFC 8216 4.2), written and read.

/** The text is no HLS playlist. `line` counts from 1. */
export class PlaylistError extends Error {
  override readonly name = 'PlaylistError';
}

export interface AttributeValue {
  readonly text: string;
  readonly isQuoted: boolean;
}

export type Attributes = ReadonlyMap<string, AttributeValue>;

/** Enumerated and numeric values; `quoted` marks a string. Absent values are left out. */
export type WrittenAttributes = Readonly<Record<string, string | number | AttributeValue | null>>;

export const quoted = (text: string): AttributeValue => ({ text, isQuoted: true });

export function writeAttributes(attributes: WrittenAttributes): string {
  return Object.entries(attributes)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${writeValue(value)}`]))
    .join(',');
}

function writeValue(value: string | number | AttributeValue): string {
  if (typeof value !== 'object') return `${value}`;
  if (/["\r\n]/.test(value.text)) throw new Error('An HLS string cannot hold quotes or lines');
  return value.isQuoted ? `"${value.text}"` : value.text;
}

/** @throws PlaylistError */
export function readAttributes(list: string): Attributes {
  const attributes = new Map<string, AttributeValue>();
  let rest = list;
  while (rest !== '') {
    const match = ATTRIBUTE.exec(rest);
    const [all, name, string, bare] = match ?? [];
    if (all === undefined || name === undefined) {
      throw new PlaylistError(`No attribute list: ${rest.slice(0, 60)}`);
    }
    if (attributes.has(name)) throw new PlaylistError(`${name} is given twice`);
    attributes.set(name, { text: string ?? bare ?? '', isQuoted: string !== undefined });
    rest = rest.slice(all.length);
    if ((rest === '') === all.endsWith(',')) {
      throw new PlaylistError(`No attribute list: ${list.slice(0, 60)}`);
    }
  }
  return attributes;
}

const ATTRIBUTE = /^([A-Z0-9-]+)=(?:"([^"\r\n]*)"|([^",\s]+))(?:,|$)/;

export const textOf = (attributes: Attributes, name: string): string | null =>
  attributes.get(name)?.text ?? null;

/** Null where the attribute is absent or no decimal number. */
export function numberOf(attributes: Attributes, name: string): number | null {
  const text = textOf(attributes, name);
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** `1280x720`. */
export function resolutionOf(attributes: Attributes): { width: number; height: number } | null {
  const match = /^(\d+)x(\d+)$/.exec(textOf(attributes, 'RESOLUTION') ?? '');
  return match ? { width: Number(match[1]), height: Number(match[2]) } : null;
}
