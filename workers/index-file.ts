// Indexes one encoded file of a folder.

import { BoxError, openFileSource } from '../pipeline/boxes-bytes.js';
import { indexRendition, type RenditionIndex } from '../pipeline/rendition-index.js';

/** Null where the file is absent or no fragmented MP4. */
export async function indexFile(
  path: string,
  kind: 'video' | 'audio',
  segmentCount?: number,
): Promise<RenditionIndex | null> {
  const source = await openFileSource(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!source) return null;
  try {
    return await indexRendition(source, kind, segmentCount);
  } catch (error) {
    if (error instanceof BoxError) return null;
    throw error;
  } finally {
    await source.close();
  }
}
