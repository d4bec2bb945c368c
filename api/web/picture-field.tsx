// Chooses and sends one picture, shows it at once, and says how far it is or what is wrong with it.

import { useEffect, useId, useRef, useState } from 'react';

import type { Picture } from './clip.js';
import { sendPicture } from './send-picture.js';
import { call } from './session.js';

interface Props {
  readonly label: string;
  /** Below /api/v1. */
  readonly path: string;
  readonly shown: string | null;
  readonly onDone: () => void;
}

const POLL_MS = 1_000;

export function PictureField({ label, path, shown, onDone }: Props) {
  const [preview, setPreview] = useState<string | null>(null);
  const [words, setWords] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  const id = useId();
  useEffect(() => () => stop.current?.abort(), []);
  useEffect(() => () => URL.revokeObjectURL(preview ?? ''), [preview]);

  const send = async (file: File) => {
    stop.current?.abort();
    const turn = new AbortController();
    stop.current = turn;
    setProblem(null);
    setPreview(URL.createObjectURL(file));
    try {
      let picture = await sendPicture(path, file, turn.signal, (percent) =>
        setWords(`Sending, ${percent} %`),
      );
      while (picture.status === 'pending' || picture.status === 'processing') {
        setWords('Preparing');
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        if (turn.signal.aborted) return;
        picture = await call<Picture>('GET', `/images/${picture.image_id}`);
      }
      if (picture.error) throw new Error(picture.error.message);
      setWords('Done');
      onDone();
    } catch (error) {
      if (turn.signal.aborted) return;
      setWords('');
      setPreview(null);
      setProblem((error as Error).message);
    }
  };
  const source = preview ?? shown;
  return (
    <div className="picture-field">
      {source ? <img src={source} alt="" width={64} height={64} /> : <span className="blank" />}
      <span>
        <label htmlFor={id}>{label}</label>
        <input
          id={id}
          type="file"
          accept="image/jpeg,image/png,image/webp,image/avif,image/gif,image/tiff,image/heic"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) void send(file);
          }}
        />
        <span role="status" className="quiet">
          {words}
        </span>
        {problem && <p role="alert">{problem}</p>}
      </span>
    </div>
  );
}
