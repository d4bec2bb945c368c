// The clips of one draft: drop files, watch them come, put them in order.

import { useRef, useState } from 'react';

import type { Clip, Story } from './clip.js';
import { ClipRow } from './clip-row.js';
import { call } from './session.js';
import { useClips } from './use-clips.js';
import { useUploads } from './use-uploads.js';

const MAX_CLIPS = 7;

export function StoryClips({ story, onDelete }: { story: Story; onDelete: () => void }) {
  const { clips, setClips, reload } = useClips(story.story_id, true);
  const { uploads, send, abandon } = useUploads(story.story_id, () => void reload());
  const [problem, setProblem] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const replaced = useRef<string | undefined>(undefined);

  const isDraft = story.status === 'draft';

  const add = (files: FileList | null) => {
    for (const file of files ?? []) send(file, replaced.current);
    replaced.current = undefined;
    if (picker.current) picker.current.value = '';
  };
  const act = async (method: string, path: string, body?: object) => {
    setProblem(null);
    try {
      await call(method, path, body);
      await reload();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const move = async (clip: Clip, step: number) => {
    const order = clips.filter((each) => each !== clip);
    order.splice(clips.indexOf(clip) + step, 0, clip);
    setClips(order);
    const body = { clips: order.map(({ media_id, context }) => ({ media_id, context })) };
    await call('PUT', `/stories/${story.story_id}/clips`, body).catch((error: Error) => {
      setProblem(error.message);
      return reload();
    });
  };
  const choose = (replaces?: string) => {
    replaced.current = replaces;
    picker.current?.click();
  };
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
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first */}
      <div
        className="drop"
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          add(event.dataTransfer.files);
        }}
      >
        <p>
          Drop 3 to {MAX_CLIPS} clips here, as they come from your phone, or{' '}
          <button type="button" onClick={() => choose()}>
            choose files
          </button>
        </p>
        <input
          ref={picker}
          type="file"
          multiple
          accept="video/*,.mkv,.mts,.avi"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="Clips to upload"
          onChange={(event) => add(event.currentTarget.files)}
        />
      </div>
      {problem && <p role="alert">{problem}</p>}
      <ol className="clips" id="clips">
        {clips.map((clip, place) => (
          <ClipRow
            key={clip.media_id}
            clip={clip}
            upload={uploads.find((upload) => upload.mediaId === clip.media_id)}
            first={place === 0}
            last={place === clips.length - 1}
            onMove={(step) => void move(clip, step)}
            onRetry={() => void act('POST', `/media/${clip.media_id}/retry`)}
            onCancel={() => void act('POST', `/media/${clip.media_id}/cancel`)}
            onSound={
              isDraft
                ? (index) => void act('PUT', `/media/${clip.media_id}/audio-track`, { index })
                : null
            }
            onReplace={() => choose(clip.media_id)}
            onRemove={() => {
              abandon(clip.media_id);
              void act('DELETE', `/stories/${story.story_id}/clips/${clip.media_id}`);
            }}
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
