// All SQL on the parts of uploads into a bucket.

import type { Knex } from 'knex';

export interface UploadPart {
  /** From 1. */
  readonly number: number;
  readonly size: number;
  readonly etag: string;
}

export async function saveMultipartId(
  db: Knex,
  uploadId: string,
  multipartId: string,
): Promise<void> {
  await db('uploads').where({ upload_id: uploadId }).update({ multipart_id: multipartId });
}

export async function findMultipartId(db: Knex, uploadId: string): Promise<string | null> {
  const row = await db('uploads').where({ upload_id: uploadId }).first('multipart_id');
  return row?.multipart_id ?? null;
}

/** A part that is sent again takes the place of the first. */
export async function savePart(db: Knex, uploadId: string, part: UploadPart): Promise<void> {
  await db('upload_parts')
    .insert({
      upload_id: uploadId,
      part_number: part.number,
      size: part.size,
      etag: part.etag,
    })
    .onConflict(['upload_id', 'part_number'])
    .merge();
}

/** As far as none is missing: what lies beyond a gap will be sent again. */
export async function listParts(db: Knex, uploadId: string): Promise<UploadPart[]> {
  const rows: { part_number: number; size: string; etag: string }[] = await db('upload_parts')
    .where({ upload_id: uploadId })
    .orderBy('part_number')
    .select('part_number', 'size', 'etag');
  return rows
    .map((row) => ({ number: row.part_number, size: Number(row.size), etag: row.etag }))
    .filter((part, index) => part.number === index + 1);
}
