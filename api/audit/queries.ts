// All SQL on audit_entries. The table refuses updates and deletions.

import type { Knex } from 'knex';

import type { Sql } from '../../pipeline/platform/sql.js';

export interface NewEntry {
  /** Null for what the system does by itself. */
  readonly actorId: string | null;
  /** `story.reject` */
  readonly action: string;
  /** A public id, or `flag:` and a name. */
  readonly subject: string;
  readonly origin: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditEntry extends Omit<NewEntry, 'origin'> {
  readonly origin: string | null;
  readonly at: Date;
}

export interface AuditFilter {
  readonly actorId?: string | undefined;
  readonly subject?: string | undefined;
  readonly action?: string | undefined;
}

export async function insertEntries(sql: Sql, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql.raw(
    `insert into audit_entries (actor_id, action, subject, origin, before, after)
     select * from jsonb_to_recordset(?::jsonb)
       as e ("actorId" uuid, action text, subject text, origin text, before jsonb, after jsonb)`,
    [JSON.stringify(entries)],
  );
}

/** Newest first. */
export async function listEntries(
  db: Knex,
  filter: AuditFilter,
  page: { limit: number; offset: number },
): Promise<AuditEntry[]> {
  const rows = await filtered(db, filter)
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'entry_id', order: 'desc' },
    ])
    .limit(page.limit)
    .offset(page.offset)
    .select('*');
  return rows.map((row) => ({
    actorId: row.actor_id,
    action: row.action,
    subject: row.subject,
    origin: row.origin,
    before: row.before,
    after: row.after,
    at: row.at,
  }));
}

export async function countEntries(db: Knex, filter: AuditFilter): Promise<number> {
  const row = await filtered(db, filter).first<{ total: string }>(db.raw('count(*) as total'));
  return Number(row.total);
}

interface EntryRow {
  actor_id: string | null;
  action: string;
  subject: string;
  origin: string | null;
  before: unknown;
  after: unknown;
  at: Date;
}

function filtered(db: Knex, { actorId, subject, action }: AuditFilter) {
  const query = db<EntryRow>('audit_entries');
  if (actorId) query.where('actor_id', actorId);
  if (subject) query.where('subject', subject);
  if (action) query.where('action', action);
  return query;
}
