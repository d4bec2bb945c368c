// What this process runs at the moment, and how far each job is.

import type { RunningJob } from '../pipeline/fleet.js';
import { overallPercent, type Stage } from '../pipeline/media-file.js';

export interface Progressed {
  readonly stage: Stage;
  /** How much of the stage is done, 0 to 1. */
  readonly fraction?: number | undefined;
  /** Length of the clip in seconds, where it is known. */
  readonly mediaSeconds: number | null;
}

export interface RosterEntry {
  report(point: Progressed): void;
  end(): void;
}

export interface Roster {
  begin(job: Pick<RunningJob, 'queue' | 'job' | 'media_id'>): RosterEntry;
  list(): readonly RunningJob[];
}

/** Too little to tell a speed by. */
const LEAST_SECONDS = 0.5;

export function openRoster(now: () => number = Date.now): Roster {
  const running = new Set<{ job: RunningJob }>();
  return {
    begin(job) {
      const entry = {
        job: {
          ...job,
          ...{ stage: job.queue, percent: null, speed: null },
          since: new Date(now()).toISOString(),
        } as RunningJob,
      };
      running.add(entry);
      let stageBegan = { stage: '', at: 0 };
      return {
        report({ stage, fraction = 0, mediaSeconds }) {
          if (stage !== stageBegan.stage) stageBegan = { stage, at: now() };
          const seconds = (now() - stageBegan.at) / 1000;
          const tells = stage === 'encoding' && mediaSeconds !== null && seconds >= LEAST_SECONDS;
          const speed = tells ? toTenths((fraction * mediaSeconds) / seconds) : null;
          entry.job = { ...entry.job, stage, percent: overallPercent(stage, fraction), speed };
        },
        end: () => void running.delete(entry),
      };
    },
    list: () => [...running].map(({ job }) => job),
  };
}

const toTenths = (value: number) => Math.round(value * 10) / 10;
