// Reads multivariant playlists: strict about what a line may be, silent about what a stream should be.

import { type Attributes, PlaylistError, readAttributes, textOf } from './hls-attributes.js';
import { type CommonTags, readCommon, readLines, valuesOf } from './hls-lines.js';

export interface MultivariantPlaylist extends CommonTags {
  readonly variants: readonly PlaylistTag[];
  readonly iframeStreams: readonly PlaylistTag[];
  /** EXT-X-MEDIA; the URI may be absent. */
  readonly media: readonly PlaylistTag[];
}

export interface PlaylistTag {
  readonly uri: string | null;
  readonly attributes: Attributes;
}

/** @throws PlaylistError */
export function parseMultivariant(text: string): MultivariantPlaylist {
  const lines = readLines(text);
  if (lines.some(({ tag }) => tag === 'EXTINF')) throw new PlaylistError('A media playlist');
  const tags = (name: string): PlaylistTag[] =>
    valuesOf(lines, name).map((value) => {
      const attributes = readAttributes(value);
      return { uri: textOf(attributes, 'URI'), attributes };
    });
  const variants: PlaylistTag[] = [];
  let open: Attributes | null = null;
  for (const { tag, value } of lines) {
    if (tag === 'EXT-X-STREAM-INF') {
      if (open) throw new PlaylistError('EXT-X-STREAM-INF without a URI');
      open = readAttributes(value);
    }
    if (tag !== 'URI') continue;
    if (!open) throw new PlaylistError(`URI without EXT-X-STREAM-INF: ${value}`);
    variants.push({ uri: value, attributes: open });
    open = null;
  }
  if (open) throw new PlaylistError('EXT-X-STREAM-INF without a URI');
  return {
    ...readCommon(lines),
    variants,
    iframeStreams: tags('EXT-X-I-FRAME-STREAM-INF'),
    media: tags('EXT-X-MEDIA'),
  };
}
