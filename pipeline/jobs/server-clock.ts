// The time in BullMQ's statements on Postgres: the server's, whatever the clock of the process that sends them says.

const SERVER_NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/**
 * BullMQ sends the time of its own process with what it asks. A worker whose clock is an hour ahead would take every
 * lock for expired, and would put off everybody's look for stalled jobs for an hour. So the server's time replaces it:
 * a comment in each statement says which parameter it is. Every parameter that is sent must stay in use.
 * @param ownNow what comes back is held against this clock, and slept by
 */
export function onServerClock(statement: string, ownNow = Date.now()): string {
  const comment = /^(?:--.*\n)+/.exec(statement)?.[0] ?? '';
  const at = /\$(\d+) now(?:_ms)?\b/.exec(comment)?.[1];
  const time = at && new RegExp(`\\$${at}(?!\\d)`, 'g');
  const toOwn = (moment: string) => `${moment} - ${SERVER_NOW} + ${Math.round(ownNow)}`;
  return statement
    .slice(comment.length)
    .replace(time || /$^/, (sent) => `(${sent}::bigint * 0 + ${SERVER_NOW})`)
    .replace(/(move_to_delayed\(\$1, \$2, \$3, )\$4, \$5/, (_all, start) => {
      return `${start}$4::bigint * 0 + ${SERVER_NOW} + $5::bigint, $5`;
    })
    .replace('_ttl, next_delay FROM', () => `_ttl, ${toOwn('next_delay')} AS next_delay FROM`)
    .replace('SELECT next_delay($1)', () => `SELECT ${toOwn('next_delay($1)')}`);
}
