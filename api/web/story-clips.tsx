// The clips of one story: drop files, watch them come, label them and put them in order.

import { useRef, useState } from 'react';

import type { Clip, Story } from './clip.js';
import { ClipDrop, type ClipPicker } from './clip-drop.js';
import { ClipRow } from './clip-row.js';
import { call } from './session.js';
import { useClips } from './use-clips.js';
import { useDragOrder } from './use-drag-order.js';
import { useUploads } from './use-uploads.js';

const MAX_CLIPS = 7;

export function StoryClips({ story, onDelete }: { story: Story; onDelete: () => void }) {
  const { clips, setClips, reload } = useClips(story.story_id, true);
  const { uploads, send, abandon } = useUploads(story.story_id, () => void reload());
  const [problem, setProblem] = useState<string | null>(null);
  const picker = useRef<ClipPicker>(null);

  const isDraft = story.status === 'draft';
  const isArrangeable = isDraft || story.status === 'published';

  const act = async (method: string, path: string, body?: object) => {
    setProblem(null);
    try {
      await call(method, path, body);
    } catch (error) {
      setProblem((error as Error).message);
    }
    await reload().catch(() => undefined);
  };
  const arrange = (arranged: readonly Clip[]) => {
    setClips(arranged);
    const body = arranged.map(({ media_id, context }) => ({ media_id, context }));
    void act('PUT', `/stories/${story.story_id}/clips`, { clips: body });
  };
  const move = (from: number, to: number) => {
    const order = [...clips];
    order.splice(to, 0, ...order.splice(from, 1));
    arrange(order);
  };
  const drag = useDragOrder(move);
  const waiting = uploads.filter(
    (upload) => !clips.some((clip) => clip.media_id === upload.mediaId),
  );

  return (
    <section aria-label={`Clips of ${story.title}`}>
      <header className="bar">
        <h2>{story.title}</h2>
        <span>
          <a href={`/watch/${story.story_id}`}>Watch page</a>{' '}
          {isDraft && (
            <button type="button" onClick={onDelete}>
              Delete story
            </button>
          )}
        </span>
      </header>
      {isDraft && (
        <ClipDrop
          ref={picker}
          onFiles={(files, replaces) => {
            for (const file of files) send(file, replaces);
          }}
        >
          Drop 3 to {MAX_CLIPS} clips here, as they come from your phone, or
        </ClipDrop>
      )}
      {problem && <p role="alert">{problem}</p>}
      <ol className="clips" id="clips" tabIndex={-1}>
        {clips.map((clip, place) => (
          <ClipRow
            key={clip.media_id}
            clip={clip}
            upload={uploads.find((upload) => upload.mediaId === clip.media_id)}
            onRetry={() => void act('POST', `/media/${clip.media_id}/retry`)}
            onCancel={() => void act('POST', `/media/${clip.media_id}/cancel`)}
            arranging={
              isArrangeable
                ? {
                    handle: drag.handle(place),
                    target: drag.target(place),
                    onUp: place > 0 ? () => move(place, place - 1) : null,
                    onDown: place < clips.length - 1 ? () => move(place, place + 1) : null,
                    onLabel: (context) =>
                      arrange(clips.map((each) => (each === clip ? { ...each, context } : each))),
                    onRemove: () => {
                      abandon(clip.media_id);
                      void act('DELETE', `/stories/${story.story_id}/clips/${clip.media_id}`);
                    },
                  }
                : null
            }
            drafting={
              isDraft
                ? {
                    onSound: (index) =>
                      void act('PUT', `/media/${clip.media_id}/audio-track`, { index }),
                    onReplace: () => picker.current?.choose(clip.media_id),
                  }
                : null
            }
          />
        ))}
        {waiting.map((upload) => (
          <li key={upload.key} className="clip" data-status="sending">
            <strong>{upload.filename}</strong>
            <p role={upload.problem ? 'alert' : 'status'}>{upload.problem ?? 'Starting…'}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
