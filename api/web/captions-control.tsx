// The captions of one clip in the studio: a WebVTT or SubRip file per language, what was repaired in it, and its removal.

import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from 'react';

import type { Clip } from './clip.js';
import { call } from './session.js';

interface Caption {
  readonly language: string;
  readonly label: string;
  readonly cues: number;
  readonly repairs: readonly {
    readonly message: string;
    readonly count: number;
    readonly lines: readonly number[];
  }[];
  readonly published: boolean;
}

const SUGGESTED = ['en', 'de', 'es', 'fr', 'it', 'pt-BR', 'nl', 'pl', 'ja', 'zh-Hans'];

export function CaptionsControl({ clip, name }: { clip: Clip; name: string }) {
  const { media_id: mediaId, version } = clip;
  const [open, setOpen] = useState(false);
  const [captions, setCaptions] = useState<readonly Caption[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [language, setLanguage] = useState('');
  const file = useRef<HTMLInputElement>(null);
  const languages = useId();

  const reload = useCallback(async () => {
    const path = `/media/${mediaId}/captions`;
    setCaptions((await call<{ captions: Caption[] }>('GET', path)).captions);
  }, [mediaId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the clip may be one of its captions
  useEffect(() => {
    if (open) reload().catch((error: Error) => setProblem(error.message));
  }, [open, version, reload]);

  const act = async (method: string, tag: string, body?: Blob) => {
    setProblem(null);
    try {
      await call(method, `/media/${mediaId}/captions/${encodeURIComponent(tag)}`, body);
      await reload();
      return true;
    } catch (error) {
      setProblem((error as Error).message);
      return false;
    }
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const [chosen] = file.current?.files ?? [];
    if (!chosen) return;
    const sent = await act('PUT', language.trim(), new Blob([chosen], { type: 'text/vtt' }));
    // A refused file may be mended and chosen again: the browser tells no change of the same name.
    if (file.current) file.current.value = '';
    if (sent) setLanguage('');
  };

  return (
    <details className="captions" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={`Captions of ${name}`}>
        Captions
        {clip.captions.length > 0 && `: ${clip.captions.map(({ label }) => label).join(', ')}`}
      </summary>
      <ul>
        {captions.map((each) => (
          <li key={each.language} data-language={each.language} data-published={each.published}>
            <strong>{each.label}</strong> ({each.language}) ·{' '}
            {each.cues === 1 ? 'one cue' : `${each.cues} cues`} ·{' '}
            {each.published ? 'shown' : 'waiting to be added'}{' '}
            <button
              type="button"
              aria-label={`Remove captions ${each.language} of ${name}`}
              onClick={() => void act('DELETE', each.language)}
            >
              Remove
            </button>
            {each.repairs.length > 0 && (
              <ul aria-label="Repaired">
                {each.repairs.map(({ message, count, lines }) => (
                  <li key={message} className="quiet">
                    {message} (line {lines.join(', ')}
                    {count > lines.length && ` and ${count - lines.length} more`})
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {problem && (
        <ul role="alert">
          {problem.split(' · ').map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
      <form onSubmit={(event) => void send(event)}>
        <label>
          Language{' '}
          <input
            required
            list={languages}
            size={8}
            maxLength={35}
            placeholder="en"
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value)}
          />
        </label>
        <datalist id={languages}>
          {SUGGESTED.map((tag) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
        <label>
          File{' '}
          <input
            ref={file}
            required
            type="file"
            accept=".vtt,.srt,text/vtt"
            aria-label="Captions file"
          />
        </label>
        <button type="submit">Add captions</button>
      </form>
    </details>
  );
}
