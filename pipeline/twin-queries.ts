// Finds a clip that was made of the same bytes in the same way: what was encoded for it need not be encoded again.

import type { Knex } from 'knex';

import { ENCODE_PROFILE } from './encode-profile.js';
import type { MediaFile } from './media-file.js';
import { type MediaFileRow, toMediaFile } from './media-file-queries.js';

export interface Twin {
  readonly mediaId: string;
  readonly revision: string;
  readonly metadata: MediaFile['metadata'];
}

/**
 * The newest published clip of the same maker, source, chosen sound and profile. Of the same maker only: how soon a
 * clip is ready would tell one maker what another has.
 */
export async function findTwin(db: Knex, mediaId: string): Promise<Twin | null> {
  const row = await db<MediaFileRow>('media_files as twin')
    .join('media_files as own', function join() {
      this.on('own.owner_id', 'twin.owner_id').andOn('own.source_sha256', 'twin.source_sha256');
    })
    .where({ 'own.media_id': mediaId, 'twin.processing_status': 'completed' })
    .where({ 'twin.encode_profile': ENCODE_PROFILE, 'twin.deleted_at': null })
    .whereNot('twin.media_id', mediaId)
    .whereNotNull('twin.revision')
    // Made anew though its profile is the present one: somebody doubts what such an encode gave.
    .whereRaw(`(own.processing_status <> 'completed' or own.encode_profile is distinct from ?)`, [
      ENCODE_PROFILE,
    ])
    .whereRaw(`twin.metadata->'audio_track' is not distinct from own.metadata->'audio_track'`)
    .orderBy('twin.updated_at', 'desc')
    .first('twin.*');
  if (!row) return null;
  const { revision, metadata } = toMediaFile(row as MediaFileRow);
  return revision === null ? null : { mediaId: row.media_id, revision, metadata };
}
