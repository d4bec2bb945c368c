import type { HTMLAttributes } from 'react';

import { CaptionsControl } from './captions-control.js';
import { type Clip, stageInWords } from './clip.js';
import { ClipLabel } from './clip-label.js';
import { ClipPicture } from './clip-picture.js';
import { SoundChoice } from './sound-choice.js';
import type { UploadState } from './use-uploads.js';

interface ClipRowProps {
  readonly clip: Clip;
  readonly upload: UploadState | undefined;
  readonly onRetry: () => void;
  readonly onCancel: () => void;
  /** Null where the story stands as it is, for now. */
  readonly arranging: Arranging | null;
  /** Null where the story is past that: its clips are encoded as they were chosen. */
  readonly drafting: {
    readonly onSound: (index: number | null) => void;
    readonly onReplace: () => void;
  } | null;
}

interface Arranging {
  readonly handle: HTMLAttributes<HTMLElement>;
  readonly target: HTMLAttributes<HTMLElement>;
  /** Null at the start. */
  readonly onUp: (() => void) | null;
  /** Null at the end. */
  readonly onDown: (() => void) | null;
  readonly onLabel: (label: string | null) => void;
  readonly onRemove: () => void;
}

/** One clip of a story: how far it is, what went wrong, and what can be done about it. */
export function ClipRow({ clip, upload, arranging, drafting, onRetry, onCancel }: ClipRowProps) {
  const sending = clip.stage === 'uploading';
  const percent = Math.round(sending ? (upload?.fraction ?? 0) * 100 : clip.percent);
  const running = clip.status === 'pending' || clip.status === 'processing';
  const name = clip.context ?? clip.filename;
  return (
    <li className="clip" data-status={clip.status} data-stage={clip.stage} {...arranging?.target}>
      <span className="handle" {...arranging?.handle}>
        <ClipPicture clip={clip} />
      </span>
      <div className="clip-words">
        <strong>{name}</strong>
        {arranging && (
          <ClipLabel name={clip.filename} label={clip.context} onChange={arranging.onLabel} />
        )}
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
        {drafting && <SoundChoice clip={clip} name={name} onChoose={drafting.onSound} />}
        {clip.can_retry && (
          <button type="button" onClick={onRetry}>
            Retry
          </button>
        )}
        {clip.can_cancel && !sending && (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
        {drafting && !sending && (
          <button type="button" onClick={drafting.onReplace}>
            Replace
          </button>
        )}
        {arranging && <ArrangingButtons name={name} {...arranging} />}
      </div>
    </li>
  );
}

const ArrangingButtons = ({
  name,
  onUp,
  onDown,
  onRemove,
}: Pick<Arranging, 'onUp' | 'onDown' | 'onRemove'> & { name: string }) => (
  <>
    <button type="button" onClick={() => onUp?.()} disabled={!onUp} aria-label={`Move ${name} up`}>
      ↑
    </button>
    <button
      type="button"
      onClick={() => onDown?.()}
      disabled={!onDown}
      aria-label={`Move ${name} down`}
    >
      ↓
    </button>
    <button type="button" onClick={onRemove} aria-label={`Remove ${name}`}>
      Remove
    </button>
  </>
);
