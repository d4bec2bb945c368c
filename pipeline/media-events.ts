// Tells every process which clips, and which stories, have changed.

import { type ChangeEvents, openChangeEvents } from './change-events.js';

export type MediaEvents = ChangeEvents;

type Parts = Omit<Parameters<typeof openChangeEvents>[0], 'channel' | 'coalesceMs'>;

/** Progress changes often: what changes within 50 ms is one notice. */
export const openMediaEvents = (parts: Parts): MediaEvents =>
  openChangeEvents({ ...parts, channel: 'media_events', coalesceMs: 50 });
