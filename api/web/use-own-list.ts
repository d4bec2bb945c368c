// A short list of what belongs to an account, of which each can be taken away.

import { useCallback, useEffect, useState } from 'react';

import { call } from './session.js';

/** @param name of the list in the answer */
export function useOwnList<Item>(path: string, name: string) {
  const [items, setItems] = useState<readonly Item[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const read = useCallback(
    () =>
      call<Record<string, readonly Item[]>>('GET', path).then(
        (found) => setItems(found[name] ?? []),
        (error: Error) => setProblem(error.message),
      ),
    [path, name],
  );
  useEffect(() => void read(), [read]);

  /** @param words that are said once it is gone */
  const remove = async (at: string, words: string) => {
    setProblem(null);
    try {
      await call('DELETE', at);
      await read();
      setSaid(words);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return { items, problem, said, remove };
}
