// Whether a flag is on for somebody, from a cache of some seconds.

import type { Knex } from 'knex';

import { type FlagName, type FlagSetting, isOnFor, UNSET } from './flag.js';
import { listSettings } from './queries.js';

export interface Flags {
  /** @param within whoever holds a transaction asks in it: waiting for a second connection, all could wait for ever */
  isEnabled(name: FlagName, subjectId: string, within?: Knex): Promise<boolean>;
  /** After a change here: the next question is put to the database. */
  forget(): void;
}

/** What another process changed is seen here after at most so long. */
const KEPT_MS = 10_000;

export function openFlags(db: Knex, now: () => number = () => performance.now()): Flags {
  let kept: { until: number; settings: Promise<Map<string, FlagSetting>> } | null = null;
  const settings = (within: Knex) => {
    if (kept && kept.until > now()) return kept.settings;
    const asked = { until: now() + KEPT_MS, settings: listSettings(within) };
    asked.settings.catch(() => {
      if (kept === asked) kept = null;
    });
    kept = asked;
    return asked.settings;
  };
  return {
    isEnabled: async (name, subjectId, within = db) =>
      isOnFor(name, (await settings(within)).get(name) ?? UNSET, subjectId),
    forget: () => {
      kept = null;
    },
  };
}
