// How many live streams one user, or one address without an account, may have open on a process.

import { ApiError } from '../errors.js';

const MOST_STREAMS = 50;

export class StreamPlaces {
  readonly #taken = new Map<string, number>();
  readonly #most: number;

  constructor(most = MOST_STREAMS) {
    this.#most = most;
  }

  /**
   * @param holder whose place it is
   * @returns what gives the place back
   * @throws ApiError TOO_MANY_STREAMS
   */
  take(holder: string): () => void {
    const taken = this.#taken.get(holder) ?? 0;
    if (taken >= this.#most) {
      throw new ApiError(429, 'TOO_MANY_STREAMS', 'Close some of your live pages first.', {
        headers: { 'Retry-After': '10' },
      });
    }
    this.#taken.set(holder, taken + 1);
    return () => {
      const left = (this.#taken.get(holder) ?? 1) - 1;
      if (left > 0) this.#taken.set(holder, left);
      else this.#taken.delete(holder);
    };
  }
}
