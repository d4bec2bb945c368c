// Sends something whose first answer may get lost on the way: sent again, it still happens once.

import { useRef } from 'react';

import { call } from './session.js';

/** @returns a POST with a key that stays the same for the same body, until it was done */
export function useOnce() {
  const sending = useRef<{ readonly text: string; readonly key: string } | null>(null);
  return async <T>(path: string, body: object): Promise<T> => {
    const text = path + JSON.stringify(body);
    if (sending.current?.text !== text) sending.current = { text, key: crypto.randomUUID() };
    const answer = await call<T>('POST', path, body, { idempotencyKey: sending.current.key });
    sending.current = null;
    return answer;
  };
}
