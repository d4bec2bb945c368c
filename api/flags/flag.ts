// The flags that there are, and whom one is on for.

import { createHash } from 'node:crypto';

/** On for everybody until an admin says otherwise. */
export const FLAGS = {
  story_submissions: 'Makers may submit stories for review',
  unverified_bidders: 'Accounts whose e-mail address is not verified may make offers and bid',
} as const satisfies Record<string, string>;

export type FlagName = keyof typeof FLAGS;
export const FLAG_NAMES = Object.keys(FLAGS) as [FlagName, ...FlagName[]];

export interface FlagSetting {
  readonly enabled: boolean;
  /** Of the subjects, 0 to 100. */
  readonly percentage: number;
}

export const UNSET: FlagSetting = { enabled: true, percentage: 100 };

/** The same subject always falls on the same side, and who is in at 10 % is in at 20 %. */
export const isOnFor = (
  name: string,
  { enabled, percentage }: FlagSetting,
  subjectId: string,
): boolean => enabled && placeOf(name, subjectId) < percentage;

/** 0 to just under 100; of its own for each flag, so that not always the same subjects come first. */
function placeOf(name: string, subjectId: string): number {
  const digest = createHash('sha256').update(`${name}\n${subjectId}`).digest();
  return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}
