// The lines of a playlist, and the tags that every playlist may have.

import { PlaylistError } from './hls-attributes.js';

export interface Line {
  readonly tag: string;
  /** After the colon; of a URI line the URI. */
  readonly value: string;
}

export interface CommonTags {
  readonly version: number | null;
  readonly isIndependent: boolean;
}

/** @throws PlaylistError where the text does not begin as a playlist */
export function readLines(text: string): Line[] {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== '#EXTM3U') throw new PlaylistError('The first line is not #EXTM3U');
  return lines.slice(1).flatMap((line): Line[] => {
    if (line === '' || (line.startsWith('#') && !line.startsWith('#EXT'))) return [];
    if (!line.startsWith('#')) return [{ tag: 'URI', value: line }];
    const colon = line.indexOf(':');
    if (colon < 0) return [{ tag: line.slice(1), value: '' }];
    return [{ tag: line.slice(1, colon), value: line.slice(colon + 1) }];
  });
}

export const valuesOf = (lines: readonly Line[], name: string): string[] =>
  lines.filter(({ tag }) => tag === name).map(({ value }) => value);

export function onlyValue(lines: readonly Line[], name: string): string | null {
  const values = valuesOf(lines, name);
  if (values.length > 1) throw new PlaylistError(`${name} stands twice`);
  return values[0] ?? null;
}

export function readCommon(lines: readonly Line[]): CommonTags {
  const version = onlyValue(lines, 'EXT-X-VERSION');
  return {
    version: version === null ? null : readInteger(version, 'EXT-X-VERSION'),
    isIndependent: lines.some(({ tag }) => tag === 'EXT-X-INDEPENDENT-SEGMENTS'),
  };
}

export function readInteger(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new PlaylistError(`${name} is no whole number: ${text}`);
  return Number(text);
}
