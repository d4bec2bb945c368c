import { CaptionsControl } from './captions-control.js';
import { type Clip, stageInWords } from './clip.js';
import { ClipPicture } from './clip-picture.js';
import { SoundChoice } from './sound-choice.js';
import type { UploadState } from './use-uploads.js';

interface ClipRowProps {
  readonly clip: Clip;
  readonly upload: UploadState | undefined;
  readonly first: boolean;
  readonly last: boolean;
  readonly onMove: (step: number) => void;
  readonly onRetry: () => void;
  readonly onCancel: () => void;
  /** Null where the story is past that: its clips are encoded as they were chosen. */
  readonly onSound: ((index: number | null) => void) | null;
  readonly onReplace: () => void;
  readonly onRemove: () => void;
}

/** One clip of a draft: how far it is, what went wrong, and what can be done about it. */
export function ClipRow({ clip, upload, ...act }: ClipRowProps) {
  const sending = clip.stage === 'uploading';
  const percent = Math.round(sending ? (upload?.fraction ?? 0) * 100 : clip.percent);
  const running = clip.status === 'pending' || clip.status === 'processing';
  const name = clip.context ?? clip.filename;
  return (
    <li className="clip" data-status={clip.status} data-stage={clip.stage}>
      <ClipPicture clip={clip} />
      <div className="clip-words">
        <strong>{name}</strong>
        {running && (
          <>
            <progress max={100} value={percent} aria-label={`${name}: ${stageInWords(clip)}`} />
            <p role="status">
              {stageInWords(clip)} {percent} %
              {sending && upload?.interrupted && ' · the line was lost, trying again'}
              {sending && !upload && ' · paused: choose the same file again to go on'}
              {clip.playable && ' · already playable'}
            </p>
          </>
        )}
        {upload?.problem && <p role="alert">{upload.problem}</p>}
        {clip.status === 'failed' && <p role="alert">{clip.error?.message ?? 'It failed.'}</p>}
        {clip.status === 'completed' && (
          <p role="status">
            Ready · {clip.renditions.map((rendition) => rendition.name).join(', ')}
            {clip.duration_ms !== null && ` · ${(clip.duration_ms / 1000).toFixed(1)} s`}
            {clip.degraded.length > 0 && ' · some of it had to be left out'}
          </p>
        )}
      </div>
      {!sending && clip.status !== 'failed' && <CaptionsControl clip={clip} name={name} />}
      <div className="clip-acts">
        {act.onSound && <SoundChoice clip={clip} name={name} onChoose={act.onSound} />}
        {clip.can_retry && (
          <button type="button" onClick={act.onRetry}>
            Retry
          </button>
        )}
        {clip.can_cancel && !sending && (
          <button type="button" onClick={act.onCancel}>
            Cancel
          </button>
        )}
        <button
          type="button"
          onClick={() => act.onMove(-1)}
          disabled={act.first}
          aria-label={`Move ${name} up`}
        >
          ↑
        </button>
        <button
          type="button"
          onClick={() => act.onMove(1)}
          disabled={act.last}
          aria-label={`Move ${name} down`}
        >
          ↓
        </button>
        {!sending && (
          <button type="button" onClick={act.onReplace}>
            Replace
          </button>
        )}
        <button type="button" onClick={act.onRemove} aria-label={`Remove ${name}`}>
          Remove
        </button>
      </div>
    </li>
  );
}
