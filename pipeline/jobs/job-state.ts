const LIVE = new Set(['active', 'waiting', 'prioritized', 'delayed', 'waiting-children']);

/** Whether a job in this BullMQ state will still be run, or is. */
export const isLive = (state: string): boolean => LIVE.has(state);
