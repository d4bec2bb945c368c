import { useEffect, useState } from 'react';

import type { Clip } from './clip.js';
import { placeholderUrl } from './placeholder.js';
import type { Playback } from './playback.js';
import { call } from './session.js';

type Pictured = Pick<Clip, 'media_id' | 'thumbnail_url' | 'placeholder'>;

/** A clip's poster as soon as there is one, its blurred placeholder until it has come. */
export function ClipPicture({ clip }: { clip: Pictured }) {
  const [poster, setPoster] = useState<string | null>(null);
  const { media_id: mediaId, thumbnail_url: thumbnail } = clip;
  useEffect(() => {
    if (!thumbnail) return;
    let gone = false;
    // The poster is signed as the clip is: asking for playback sets its cookies.
    call<Playback>('POST', `/media/${mediaId}/playback`).then(
      () => gone || setPoster(thumbnail),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [mediaId, thumbnail]);
  const source = poster ?? placeholderUrl(clip.placeholder);
  return source ? <img src={source} alt="" width={64} height={64} /> : <span className="blank" />;
}
