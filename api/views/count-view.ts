// Counts a viewer of a story once in half an hour. What is kept of the viewer is a hash that is of use to nobody.

import { createHmac, randomBytes } from 'node:crypto';

import type { Knex } from 'knex';

import { countView, saltOfDay } from './queries.js';

export interface ViewCounter {
  /** @param viewer whatever tells one from another: an account's id, or address and program of who has none */
  count(db: Knex, storyId: string, viewer: string): Promise<boolean>;
}

/** @param now for knowing when a new day has begun; the database's clock decides which day it is */
export function openViewCounter(clock: { now(): Date }): ViewCounter {
  let salt: { readonly asked: string; readonly value: Promise<Buffer> } | null = null;

  function saltNow(db: Knex): Promise<Buffer> {
    const today = clock.now().toISOString().slice(0, 10);
    if (salt?.asked !== today) {
      const value = saltOfDay(db, randomBytes(32)).then((found) => found.salt);
      const asked = { asked: today, value };
      salt = asked;
      value.catch(() => {
        if (salt === asked) salt = null;
      });
    }
    return salt.value;
  }

  return {
    async count(db, storyId, viewer) {
      const mac = createHmac('sha256', await saltNow(db))
        .update(viewer)
        .digest();
      return countView(db, storyId, mac.subarray(0, 16));
    },
  };
}
