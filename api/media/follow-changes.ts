// Runs a refresh at each change, one at a time, and once more where changes came while it ran.

/** So that a stream tells the truth within seconds even where a notice was lost. */
const LOOK_MS = 5_000;

/** @returns what to call at a change; the first refresh starts at once */
export function followChanges(
  signal: AbortSignal,
  refresh: () => Promise<void>,
  onFailure: (error: unknown) => void,
): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    again = running;
    if (running || signal.aborted) return;
    running = true;
    try {
      await refresh();
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    }
    running = false;
    if (again) void run();
  };
  const look = setInterval(run, LOOK_MS);
  signal.addEventListener('abort', () => clearInterval(look), { once: true });
  void run();
  return () => void run();
}
