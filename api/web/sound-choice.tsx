// Which of a clip's tracks of sound is heard, where its file has more than one.

import type { Clip } from './clip.js';

interface SoundChoiceProps {
  readonly clip: Clip;
  readonly name: string;
  readonly onChoose: (index: number | null) => void;
}

const NONE = 'none';

export function SoundChoice({ clip, name, onChoose }: SoundChoiceProps) {
  const tracks = clip.source?.audio_tracks ?? [];
  if (clip.status !== 'completed' || tracks.length < 2) return null;
  const usual = tracks.find((track) => track.default) ?? tracks[0];
  const chosen = clip.audio_track === undefined ? usual?.index : clip.audio_track;
  return (
    <select
      aria-label={`Sound of ${name}`}
      value={chosen ?? NONE}
      onChange={({ target }) => onChoose(target.value === NONE ? null : Number(target.value))}
    >
      {tracks.map((track) => (
        <option key={track.index} value={track.index}>
          {[`Sound ${track.index + 1}`, track.title, track.language].filter(Boolean).join(' · ')}
        </option>
      ))}
      <option value={NONE}>No sound</option>
    </select>
  );
}
