// All SQL on offer_terms.

import type { Knex } from 'knex';

import { keepPlan } from '../../pipeline/platform/keep-plan.js';
import { toDecimalText, toMinorUnits } from '../../pipeline/platform/money.js';
import { DEFAULT_TERMS, type OfferTerms } from './offer.js';

export async function findTerms(db: Knex, storyId: string): Promise<OfferTerms> {
  const row = await db('offer_terms')
    .where({ story_id: storyId })
    .options(keepPlan('find offer terms'))
    .first('auto_open', 'floor');
  if (!row) return DEFAULT_TERMS;
  return { autoOpen: row.auto_open, floor: row.floor === null ? null : toMinorUnits(row.floor) };
}

export async function saveTerms(
  trx: Knex.Transaction,
  storyId: string,
  { autoOpen, floor }: OfferTerms,
): Promise<void> {
  const terms = {
    auto_open: autoOpen,
    floor: floor === null ? null : toDecimalText(floor),
    updated_at: trx.fn.now(),
  };
  await trx('offer_terms')
    .insert({ story_id: storyId, ...terms })
    .onConflict('story_id')
    .merge(terms);
}
