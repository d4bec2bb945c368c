// Argon2id, two at a time: hashing shares its threads with the rest of the process.

import { hash, verify } from '@node-rs/argon2';

import { unavailable } from '../errors.js';

/** OWASP's first choice of parameters. The algorithm is argon2id, the library's default. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const MOST_RUNNING = 2;
const MOST_WAITING = 200;

export interface PasswordDesk {
  /** Runs `use` when one of the two places is free. @throws ApiError SERVICE_UNAVAILABLE when too many wait */
  withPlace<T>(use: () => Promise<T>): Promise<T>;
}

export function openPasswordDesk(): PasswordDesk {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async withPlace(use) {
      if (running >= MOST_RUNNING) {
        if (waiting.length >= MOST_WAITING) throw unavailable('too many sign-ins are waiting', 5);
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else {
        running += 1;
      }
      try {
        return await use();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

/** Takes as long for an account that is not there, or has no password. */
export async function isPassword(password: string, hashed: string | null): Promise<boolean> {
  const matches = await verify(hashed ?? NOBODYS_HASH, password);
  return matches && hashed !== null;
}

/** Of a random password with the cost above. */
const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$lQ36GzHEDpIHkAd8vmAR3w$sWkcTKc9pe51HH+OD1M1/Cosjb6NvESC39N47HiZIfU';
