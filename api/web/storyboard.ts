// Reads the storyboard's WebVTT map: which part of which sheet shows which instant.

export interface Tile {
  readonly start: number;
  readonly end: number;
  readonly sheet: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The tiles of a storyboard, in seconds and pixels; sheets are absolute URLs. */
export async function loadStoryboard(url: string): Promise<Tile[]> {
  const response = await fetch(url, { credentials: 'include' });
  if (!response.ok) return [];
  return parseStoryboard(await response.text(), url);
}

export function parseStoryboard(text: string, base: string): Tile[] {
  const cues = text.matchAll(
    /([\d:.]+) --> ([\d:.]+)[^\n]*\n([^\n#]+)#xywh=(\d+),(\d+),(\d+),(\d+)/g,
  );
  return [...cues].map(([, start = '', end = '', sheet = '', x, y, width, height]) => ({
    start: toSeconds(start),
    end: toSeconds(end),
    sheet: new URL(sheet, base).href,
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }));
}

export const tileAt = (tiles: readonly Tile[], seconds: number): Tile | undefined =>
  tiles.find((tile) => seconds < tile.end) ?? tiles.at(-1);

const toSeconds = (text: string) =>
  text.split(':').reduce((total, part) => total * 60 + Number(part), 0);
