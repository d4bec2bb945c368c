// All SQL on offers.

import type { Knex } from 'knex';

import { keepPlan } from '../../pipeline/platform/keep-plan.js';
import { toDecimalText, toMinorUnits } from '../../pipeline/platform/money.js';
import { ANSWER_SECONDS, type Offer, type OfferStatus } from './offer.js';

export async function insertOffer(
  trx: Knex.Transaction,
  offer: Pick<Offer, 'offerId' | 'storyId' | 'amount' | 'currency' | 'message' | 'status'> & {
    readonly buyerId: string;
    readonly storyVersion: number;
    readonly autoRejected: boolean;
  },
): Promise<void> {
  const answered = offer.status === 'pending' ? null : trx.raw('clock_timestamp()');
  await trx('offers').insert({
    offer_id: offer.offerId,
    story_id: offer.storyId,
    story_version: offer.storyVersion,
    buyer_id: offer.buyerId,
    offer_amount: toDecimalText(offer.amount),
    currency: offer.currency,
    message: offer.message,
    status: offer.status,
    auto_rejected: offer.autoRejected,
    responded_at: answered,
    created_at: trx.raw('clock_timestamp()'),
    expires_at: trx.raw(`clock_timestamp() + ? * interval '1 second'`, [ANSWER_SECONDS]),
  });
}

export async function findOffer(db: Knex, offerId: string): Promise<Offer | undefined> {
  const row = await described(db).where('o.offer_id', offerId).first();
  return row && toOffer(row);
}

/** The row itself is locked. */
export async function lockOffer(
  trx: Knex.Transaction,
  offerId: string,
): Promise<Offer | undefined> {
  const row = await described(trx).where('o.offer_id', offerId).forNoKeyUpdate('o').first();
  return row && toOffer(row);
}

/** @returns false where it is not pending any more, by the database's clock */
export async function answerOffer(
  trx: Knex.Transaction,
  offerId: string,
  answer: { readonly status: OfferStatus; readonly message?: string | null },
): Promise<boolean> {
  const answered = await trx('offers')
    .where({ offer_id: offerId, status: 'pending' })
    .whereRaw('expires_at > clock_timestamp()')
    .update({
      status: answer.status,
      response_message: answer.message ?? null,
      responded_at: trx.raw('clock_timestamp()'),
      updated_at: trx.raw('clock_timestamp()'),
    });
  return answered === 1;
}

/** Once an auction runs, the other offers on its story have nothing left to wait for. */
export const supersedeOffers = (trx: Knex.Transaction, storyId: string): Promise<string[]> =>
  trx('offers')
    .where({ story_id: storyId, status: 'pending' })
    .update({ status: 'expired', responded_at: trx.raw('clock_timestamp()') })
    .returning('offer_id')
    .then((rows) => rows.map(({ offer_id }) => offer_id));

/** Those that nobody answered in time; what others hold is left to them. */
export async function expireOverdue(trx: Knex.Transaction, most: number): Promise<string[]> {
  const { rows } = await trx.raw(
    `update offers set status = 'expired', responded_at = expires_at, updated_at = clock_timestamp()
     where offer_id in (
       select offer_id from offers where status = 'pending' and expires_at <= clock_timestamp()
       order by expires_at limit ? for no key update skip locked)
     returning offer_id`,
    [most],
  );
  return rows.map(({ offer_id }: { offer_id: string }) => offer_id);
}

/** One at a time makes offers of one buyer, so that none slips past the limits beside another. */
export async function lockBuyer(trx: Knex.Transaction, buyerId: string): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('offers of ' || ?::text, 0))`, [
    buyerId,
  ]);
}

export interface OffersMade {
  /** On this story, since its last auction was opened. */
  readonly ofStory: number;
  readonly inHour: number;
  /** Until the oldest of the hour is older. */
  readonly freeInSeconds: number;
}

export async function countOffersMade(
  trx: Knex.Transaction,
  buyerId: string,
  storyId: string,
): Promise<OffersMade> {
  const { rows } = await trx.raw(OFFERS_MADE, { buyerId, storyId }).options(keepPlan(OFFERS_MADE));
  const [row] = rows;
  return { ofStory: row.of_story, inHour: row.in_hour, freeInSeconds: row.free_in ?? 0 };
}

const OFFERS_MADE = `
  select
    count(*) filter (where story_id = :storyId and created_at > coalesce(
      (select max(created_at) from auctions where story_id = :storyId), '-infinity'))::int as of_story,
    count(*) filter (where created_at > clock_timestamp() - interval '1 hour')::int as in_hour,
    ceil(extract(epoch from min(created_at)
      filter (where created_at > clock_timestamp() - interval '1 hour')
      + interval '1 hour' - clock_timestamp()))::int as free_in
  from offers where buyer_id = :buyerId`;

export interface OfferFilter {
  readonly buyerId?: string;
  readonly storyId?: string;
  readonly status?: OfferStatus | undefined;
}

/** Newest first. */
export async function listOffers(
  db: Knex,
  filter: OfferFilter,
  page: { limit: number; offset: number },
): Promise<Offer[]> {
  const rows = await filtered(described(db), filter)
    .orderBy([
      { column: 'o.created_at', order: 'desc' },
      { column: 'o.offer_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset);
  return rows.map(toOffer);
}

export async function countOffers(db: Knex, filter: OfferFilter): Promise<number> {
  const row = await filtered(db('offers as o'), filter).first<{ total: string }>(
    db.raw('count(*) as total'),
  );
  return Number(row.total);
}

const STATUS = `case when o.status = 'pending' and o.expires_at <= clock_timestamp()
  then 'expired' else o.status end`;

function filtered<Q extends Knex.QueryBuilder>(query: Q, filter: OfferFilter): Q {
  if (filter.buyerId) query.where('o.buyer_id', filter.buyerId);
  if (filter.storyId) query.where('o.story_id', filter.storyId);
  if (filter.status) query.whereRaw(`${STATUS} = ?`, [filter.status]);
  return query;
}

interface OfferRow {
  offer_id: string;
  story_id: string;
  title: string;
  maker_id: string;
  buyer_id: string;
  display_name: string | null;
  avatar_url: string | null;
  offer_amount: string;
  currency: string;
  message: string | null;
  status_now: OfferStatus;
  response_message: string | null;
  auto_rejected: boolean;
  auction_id: string | null;
  created_at: Date;
  responded_at: Date | null;
  expires_at: Date | null;
}

const described = (db: Knex) =>
  db<OfferRow>('offers as o')
    .join('stories as s', 's.story_id', 'o.story_id')
    .leftJoin('user_profiles as p', 'p.user_id', 'o.buyer_id')
    .leftJoin('auctions as a', 'a.starting_offer_id', 'o.offer_id')
    .select<OfferRow[]>(
      ...['o.*', 's.title', 's.maker_id', 'p.display_name', 'p.avatar_url', 'a.auction_id'],
      db.raw(`${STATUS} as status_now`),
    );

const toOffer = (row: OfferRow): Offer => ({
  offerId: row.offer_id,
  storyId: row.story_id,
  storyTitle: row.title,
  makerId: row.maker_id,
  buyer: {
    userId: row.buyer_id,
    displayName: row.display_name ?? '',
    avatarUrl: row.avatar_url,
  },
  amount: toMinorUnits(row.offer_amount),
  currency: row.currency,
  message: row.message,
  status: row.status_now,
  responseMessage: row.response_message,
  autoRejected: row.auto_rejected,
  auctionId: row.auction_id,
  createdAt: row.created_at,
  respondedAt: row.responded_at,
  expiresAt: row.expires_at,
});
