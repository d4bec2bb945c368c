// Where clips come in: dropped as files, or chosen.

import { type ReactNode, useImperativeHandle, useRef, useState } from 'react';

export interface ClipPicker {
  /** @param replaces the clip that the next file chosen takes the place of */
  readonly choose: (replaces?: string) => void;
}

interface Props {
  readonly ref: React.Ref<ClipPicker>;
  readonly onFiles: (files: readonly File[], replaces?: string) => void;
  /** What may be dropped, before the button. */
  readonly children: ReactNode;
}

export function ClipDrop({ ref, onFiles, children }: Props) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const replaced = useRef<string | undefined>(undefined);
  const choose = (replaces?: string) => {
    replaced.current = replaces;
    input.current?.click();
  };
  useImperativeHandle(ref, () => ({ choose }));
  const take = (files: FileList | null) => {
    onFiles([...(files ?? [])], replaced.current);
    replaced.current = undefined;
    if (input.current) input.current.value = '';
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first
    <div
      className="drop"
      data-over={over}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <p>
        {children}{' '}
        <button type="button" onClick={() => choose()}>
          choose files
        </button>
      </p>
      <input
        ref={input}
        type="file"
        multiple
        accept="video/*,.mkv,.mts,.avi"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Clips to upload"
        onChange={(event) => take(event.currentTarget.files)}
      />
    </div>
  );
}
