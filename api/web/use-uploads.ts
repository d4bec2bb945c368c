// The uploads that this page is sending, each until it is done or given up.

import { useCallback, useEffect, useRef, useState } from 'react';

import { uploadClip } from './upload-clip.js';

export interface UploadState {
  readonly key: number;
  readonly filename: string;
  readonly mediaId: string | null;
  readonly fraction: number;
  readonly interrupted: boolean;
  readonly problem: string | null;
}

export function useUploads(storyId: string, onChange: () => void) {
  const [uploads, setUploads] = useState<readonly UploadState[]>([]);
  const running = useRef(new Map<number, () => void>());
  const changed = useRef(onChange);
  changed.current = onChange;
  const next = useRef(0);
  const begun = useRef(Promise.resolve());

  const send = useCallback(
    (file: File, replaces?: string) => {
      const key = next.current++;
      const patch = (part: Partial<UploadState>) =>
        setUploads((all) => all.map((each) => (each.key === key ? { ...each, ...part } : each)));
      const forget = () => {
        running.current.delete(key);
        setUploads((all) => all.filter((each) => each.key !== key));
      };
      setUploads((all) => [
        ...all,
        {
          key,
          filename: file.name,
          mediaId: null,
          fraction: 0,
          interrupted: false,
          problem: null,
        },
      ]);
      const before = begun.current;
      let begin = () => {};
      // Files that were dropped together take their places in the order they were dropped in.
      begun.current = new Promise((resolve) => {
        begin = resolve;
      });
      const start = () =>
        uploadClip(storyId, file, replaces ? { replaces } : {}, {
          onStart: (mediaId) => {
            begin();
            patch({ mediaId });
            changed.current();
          },
          onProgress: (fraction) => patch({ fraction, interrupted: false }),
          onInterruption: () => patch({ interrupted: true }),
          onDone: () => {
            begin();
            forget();
            changed.current();
          },
          onFailure: (problem) => {
            begin();
            running.current.delete(key);
            patch({ problem, interrupted: false });
          },
        });
      void before.then(() => running.current.set(key, start()));
    },
    [storyId],
  );

  const abandon = useCallback((mediaId: string) => {
    setUploads((all) => {
      for (const upload of all) {
        if (upload.mediaId === mediaId) running.current.get(upload.key)?.();
      }
      return all.filter((upload) => upload.mediaId !== mediaId);
    });
  }, []);

  // Leaving the page by accident should not lose the line; the upload itself could be resumed.
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (running.current.size > 0) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);

  return { uploads, send, abandon };
}
