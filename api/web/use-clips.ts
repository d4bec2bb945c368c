import { useCallback, useEffect, useState } from 'react';

import type { Clip } from './clip.js';
import { followEvents } from './event-stream.js';
import { call } from './session.js';

/**
 * A story's clips in their order, kept true: one stream tells every change of any of them, and
 * `reload` asks for the list again after its order or its members changed.
 */
export function useClips(storyId: string, signedIn: boolean) {
  const [clips, setClips] = useState<readonly Clip[]>([]);
  const reload = useCallback(async () => {
    const { clips } = await call<{ clips: Clip[] }>('GET', `/stories/${storyId}/clips`);
    setClips(clips);
  }, [storyId]);

  useEffect(() => {
    reload().catch(() => setClips([]));
    if (!signedIn) return;
    return followEvents(`/stories/${storyId}/clips/events`, (name, data) => {
      if (name === 'clips') setClips((data as { clips: Clip[] }).clips);
    });
  }, [storyId, signedIn, reload]);

  return { clips, setClips, reload };
}
