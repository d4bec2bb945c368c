// How long each list is, at most 30 s old: counted again behind the scenes while it is asked for.

export interface CachedCounts {
  /** @param count counts anew; asked once, however many wait for it */
  read(name: string, count: () => Promise<number>): Promise<number>;
}

const STALE_MS = 15_000;
const OUTDATED_MS = 30_000;

interface Entry {
  readonly total: Promise<number>;
  readonly at: number;
  renewing: boolean;
}

/** @param now milliseconds */
export function openCachedCounts({
  most = 1_000,
  now = () => performance.now(),
} = {}): CachedCounts {
  const entries = new Map<string, Entry>();

  function begin(name: string, count: () => Promise<number>): Entry {
    const entry = { total: count(), at: now(), renewing: false };
    // A count that fails is told to who waits for it, and kept by nobody.
    entry.total.catch(() => {
      if (entries.get(name) === entry) entries.delete(name);
    });
    entries.delete(name);
    entries.set(name, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= most) break;
      entries.delete(oldest);
    }
    return entry;
  }

  async function renew(name: string, entry: Entry, count: () => Promise<number>): Promise<void> {
    entry.renewing = true;
    const at = now();
    try {
      const total = await count();
      if (entries.get(name) === entry) {
        entries.set(name, { total: Promise.resolve(total), at, renewing: false });
      }
    } catch {
      entry.renewing = false;
    }
  }

  return {
    read(name, count) {
      const entry = entries.get(name);
      const age = entry ? now() - entry.at : Number.POSITIVE_INFINITY;
      if (!entry || age >= OUTDATED_MS) return begin(name, count).total;
      if (age >= STALE_MS && !entry.renewing) void renew(name, entry, count);
      return entry.total;
    },
  };
}
