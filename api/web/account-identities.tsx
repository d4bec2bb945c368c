// The accounts elsewhere that sign in to this one, and taking one off.

import { toDay } from './day.js';
import { useOwnList } from './use-own-list.js';

interface Identity {
  readonly provider: 'google' | 'apple';
  readonly since: string;
}

const NAMES = { google: 'Google', apple: 'Apple' } as const;

/** Nothing, where there is none. */
export function AccountIdentities() {
  const path = '/users/me/identities';
  const { items, problem, said, remove } = useOwnList<Identity>(path, 'identities');
  if (items.length === 0 && !said && !problem) return null;
  return (
    <section className="card" aria-labelledby="identities">
      <h2 id="identities">Signing in elsewhere</h2>
      <ul className="sessions">
        {items.map(({ provider, since }) => (
          <li key={provider} className="session">
            <p>
              <strong>{NAMES[provider]}</strong>
              <br />
              <span className="quiet">since {toDay(since)}</span>
            </p>
            <button
              type="button"
              onClick={() =>
                void remove(`${path}/${provider}`, `${NAMES[provider]} signs you in no longer.`)
              }
            >
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
