import type { Knex } from 'knex';

import { deleteMediaFile, lockMediaFile } from '../../pipeline/media-file-queries.js';
import { saveCancelRequested } from '../../pipeline/media-move-queries.js';
import { endUploadsOf } from './upload-queries.js';

/** Within the transaction that takes it out of its carousel. False where it was gone already. */
export async function deleteClip(trx: Knex.Transaction, mediaId: string): Promise<boolean> {
  const file = await lockMediaFile(trx, mediaId);
  if (!file) return false;
  await saveCancelRequested(trx, file);
  await endUploadsOf(trx, mediaId);
  return deleteMediaFile(trx, mediaId);
}
