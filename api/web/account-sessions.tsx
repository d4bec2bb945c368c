// Where somebody is signed in, and ending any of it.

import { toDay } from './day.js';
import { useOwnList } from './use-own-list.js';

interface OwnSession {
  readonly session_id: string;
  readonly device: string;
  readonly address_block: string | null;
  readonly started_at: string;
  readonly last_seen_at: string;
  readonly current: boolean;
}

export function AccountSessions() {
  const { items, problem, said, remove } = useOwnList<OwnSession>('/auth/sessions', 'sessions');
  const others = items.filter(({ current }) => !current);
  return (
    <section className="card" aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      <ul className="sessions">
        {items.map((session) => (
          <li key={session.session_id} className="session">
            <p>
              <strong>{session.device}</strong>
              {session.current && ' · this one'}
              <br />
              <span className="quiet">
                {session.address_block && `from ${session.address_block} · `}
                since {toDay(session.started_at)} · last seen {toDay(session.last_seen_at)}
              </span>
            </p>
            {!session.current && (
              <button
                type="button"
                aria-label={`End ${session.device}, since ${toDay(session.started_at)}`}
                onClick={() => void remove(`/auth/sessions/${session.session_id}`, 'It is ended.')}
              >
                End
              </button>
            )}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <button
          type="button"
          onClick={() => void remove('/auth/sessions', 'You are signed out everywhere else.')}
        >
          End all others
        </button>
      )}
      <p role="status">{said}</p>
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}
