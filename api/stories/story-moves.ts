// Which moves a story may make, by whom and from where: pure, and the only place that says so.

import type { StoryStatus } from './story.js';

export interface StoryPosition {
  readonly status: StoryStatus;
  /** Hidden by an admin; stays with the story through every other move. */
  readonly takenDown: boolean;
}

/** `clock` is the sweep that publishes what is due. */
export type StoryRole = 'maker' | 'admin' | 'clock';

interface Rule {
  readonly by: StoryRole;
  readonly from: readonly StoryStatus[];
  /** Null leaves the status as it is. */
  readonly to: StoryStatus | null;
  /** What a takedown must be before, and what it is after; neither matters where it is not given. */
  readonly takenDown?: { readonly before: boolean; readonly after: boolean };
}

const RULES = {
  edit: { by: 'maker', from: ['draft', 'published'], to: null },
  delete: { by: 'maker', from: ['draft'], to: null },
  submit: { by: 'maker', from: ['draft'], to: 'submitted' },
  withdraw: { by: 'maker', from: ['submitted'], to: 'draft' },
  revise: { by: 'maker', from: ['rejected'], to: 'draft' },
  archive: { by: 'maker', from: ['published'], to: 'archived' },
  restore: { by: 'maker', from: ['archived'], to: 'published' },
  approve: { by: 'admin', from: ['submitted', 'approved'], to: 'published' },
  schedule: { by: 'admin', from: ['submitted', 'approved'], to: 'approved' },
  reject: { by: 'admin', from: ['submitted'], to: 'rejected' },
  take_down: {
    by: 'admin',
    from: ['approved', 'published', 'archived'],
    to: null,
    takenDown: { before: false, after: true },
  },
  reinstate: {
    by: 'admin',
    from: ['approved', 'published', 'archived'],
    to: null,
    takenDown: { before: true, after: false },
  },
  publish: { by: 'clock', from: ['approved'], to: 'published' },
} as const satisfies Record<string, Rule>;

export type StoryMove = keyof typeof RULES;
export const STORY_MOVES = Object.keys(RULES) as [StoryMove, ...StoryMove[]];

/** Where the story stands after the move, or null where this role may not make it from here. */
export function afterMove(
  position: StoryPosition,
  role: StoryRole,
  move: StoryMove,
): StoryPosition | null {
  const rule: Rule = RULES[move];
  if (rule.by !== role || !rule.from.includes(position.status)) return null;
  if (rule.takenDown && rule.takenDown.before !== position.takenDown) return null;
  return {
    status: rule.to ?? position.status,
    takenDown: rule.takenDown?.after ?? position.takenDown,
  };
}

export const possibleMoves = (position: StoryPosition, roles: readonly StoryRole[]): StoryMove[] =>
  STORY_MOVES.filter((move) => roles.some((role) => afterMove(position, role, move) !== null));
