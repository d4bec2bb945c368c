// The accounts elsewhere that sign in to this one, and taking one off.

import { useCallback, useEffect, useState } from 'react';

import { toDay } from './day.js';
import { call } from './session.js';

interface Identity {
  readonly provider: 'google' | 'apple';
  readonly since: string;
}

const NAMES = { google: 'Google', apple: 'Apple' } as const;

/** Nothing, where there is none. */
export function AccountIdentities() {
  const [identities, setIdentities] = useState<readonly Identity[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const read = useCallback(
    () =>
      call<{ identities: Identity[] }>('GET', '/users/me/identities').then(
        (found) => setIdentities(found.identities),
        (error: Error) => setProblem(error.message),
      ),
    [],
  );
  useEffect(() => void read(), [read]);
  const remove = async (provider: Identity['provider']) => {
    setProblem(null);
    setSaid('');
    try {
      await call('DELETE', `/users/me/identities/${provider}`);
      setSaid(`${NAMES[provider]} signs you in no longer.`);
      await read();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  if (identities.length === 0 && !said && !problem) return null;
  return (
    <section className="card" aria-labelledby="identities">
      <h2 id="identities">Signing in elsewhere</h2>
      <ul className="sessions">
        {identities.map(({ provider, since }) => (
          <li key={provider} className="session">
            <p>
              <strong>{NAMES[provider]}</strong>
              <br />
              <span className="quiet">since {toDay(since)}</span>
            </p>
            <button type="button" onClick={() => void remove(provider)}>
              Take {NAMES[provider]} off
            </button>
          </li>
        ))}
      </ul>
      <p role="status">{said}</p>
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}
