// What the list of stories is narrowed to: read from the address, and written into it.

const NAMES = ['q', 'category', 'tag', 'maker'] as const;

export type FeedFilter = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

export const readFilter = (query: URLSearchParams): FeedFilter =>
  Object.fromEntries(
    NAMES.map((name) => [name, query.get(name)?.trim()]).filter(([, value]) => value),
  );

/** @returns the query with its question mark, or nothing */
export function toQuery(filter: FeedFilter): string {
  const given = NAMES.flatMap((name) => (filter[name] ? [[name, filter[name]]] : []));
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

/** What the list shows, in words. */
export function inWords({ q, category, tag }: FeedFilter): string {
  const place = [category && `in ${category}`, tag && `tagged #${tag}`].filter(Boolean).join(', ');
  const what = q ? `Stories for “${q}”` : 'Stories';
  return place ? `${what} ${place}` : what;
}
