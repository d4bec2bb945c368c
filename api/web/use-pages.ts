// A list that the API tells page by page, newest first.

import { useCallback, useEffect, useState } from 'react';

import { call } from './session.js';

const PAGE = 20;

type Answer<Name extends string, Item> = Record<Name, readonly Item[]> & {
  readonly pagination: { readonly total: number };
};

/**
 * @param path without its page
 * @param name of the list in the answer
 */
export function usePages<Item, Name extends string = string>(path: string, name: Name) {
  const [items, setItems] = useState<readonly Item[] | null>(null);
  const [total, setTotal] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [pages, setPages] = useState(1);

  // Whatever is new moves the pages: all that are shown are read anew.
  const reload = useCallback(async () => {
    const joint = path.includes('?') ? '&' : '?';
    const read = (page: number) =>
      call<Answer<Name, Item>>('GET', `${path}${joint}page=${page}&limit=${PAGE}`);
    try {
      const found = await Promise.all(Array.from({ length: pages }, (_, at) => read(at + 1)));
      setProblem(null);
      setItems(found.flatMap((page) => page[name]));
      setTotal(found[0]?.pagination.total ?? 0);
    } catch (error) {
      setProblem((error as Error).message);
    }
  }, [path, name, pages]);
  useEffect(() => void reload(), [reload]);

  const more = items && items.length < total ? () => setPages(pages + 1) : null;
  return { items, problem, more, reload };
}
