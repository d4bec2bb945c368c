import { expect } from 'chai';
import fc from 'fast-check';

import { STORY_STATUSES } from './story.js';
import {
  afterMove,
  possibleMoves,
  STORY_MOVES,
  type StoryMove,
  type StoryPosition,
  type StoryRole,
} from './story-moves.js';

const ROLES = ['maker', 'admin', 'clock'] as const;
const DRAFT: StoryPosition = { status: 'draft', takenDown: false };

const position = fc.record({
  status: fc.constantFrom(...STORY_STATUSES),
  takenDown: fc.boolean(),
});
const act = fc.tuple(fc.constantFrom<StoryRole>(...ROLES), fc.constantFrom(...STORY_MOVES));
const acts = fc.array(act, { maxLength: 40 });

interface Step {
  readonly role: StoryRole;
  readonly move: StoryMove;
  readonly from: StoryPosition;
  readonly to: StoryPosition;
}

/** The moves of a random life that were allowed. */
function live(wanted: readonly (readonly [StoryRole, StoryMove])[]): Step[] {
  let from = DRAFT;
  return wanted.flatMap(([role, move]) => {
    const to = afterMove(from, role, move);
    if (!to) return [];
    const step = { role, move, from, to };
    from = to;
    return [step];
  });
}

const always = (holds: (steps: readonly Step[]) => void) =>
  fc.assert(
    fc.property(acts, (wanted) => holds(live(wanted))),
    { numRuns: 500 },
  );

describe('the moves of a story', () => {
  it('publish only what an admin has approved since it was last a draft', () => {
    always((steps) => {
      let approved = false;
      for (const { role, move, to } of steps) {
        if (to.status === 'draft') approved = false;
        if (role === 'admin' && (move === 'approve' || move === 'schedule')) approved = true;
        if (to.status === 'published') expect(approved).to.equal(true);
      }
    });
  });

  it('leave approval, rejection and takedown to admins', () => {
    always((steps) => {
      for (const { role, from, to } of steps) {
        if (from.takenDown !== to.takenDown) expect(role).to.equal('admin');
        if (to.status !== from.status && ['approved', 'rejected'].includes(to.status)) {
          expect(role).to.equal('admin');
        }
        if (from.status === 'submitted' && to.status === 'published') {
          expect(role).to.equal('admin');
        }
      }
    });
  });

  it('change the text only where it is not being judged or put away', () => {
    always((steps) => {
      for (const { move, from } of steps) {
        if (move === 'edit') expect(from.status).to.be.oneOf(['draft', 'published']);
        if (move === 'delete') expect(from.status).to.equal('draft');
      }
    });
  });

  it('follow the arrows of the product and no others', () => {
    const arrows = new Set<string>();
    fc.assert(
      fc.property(position, act, (from, [role, move]) => {
        const to = afterMove(from, role, move);
        if (to && to.status !== from.status) arrows.add(`${from.status} > ${to.status}`);
      }),
      { numRuns: 5_000 },
    );
    expect([...arrows]).to.have.members([
      'draft > submitted',
      'submitted > draft',
      'submitted > approved',
      'submitted > published',
      'submitted > rejected',
      'rejected > draft',
      'approved > published',
      'published > archived',
      'archived > published',
    ]);
  });

  it('are told as possible exactly where they are', () => {
    fc.assert(
      fc.property(position, fc.subarray([...ROLES]), (from, roles) => {
        const told = possibleMoves(from, roles);
        for (const move of STORY_MOVES) {
          const allowed = roles.some((role) => afterMove(from, role, move));
          expect(told.includes(move), `${move} from ${from.status}`).to.equal(allowed);
        }
      }),
    );
  });

  it('leave a way on from everywhere', () => {
    fc.assert(
      fc.property(position, (from) => {
        expect(possibleMoves(from, ROLES)).not.to.be.empty;
      }),
    );
  });
});
