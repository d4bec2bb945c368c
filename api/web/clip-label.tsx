// What a clip shows, in a few words that stand beside it: saved when the field is left.

interface Props {
  /** Of the clip. */
  readonly name: string;
  readonly label: string | null;
  readonly onChange: (label: string | null) => void;
}

export function ClipLabel({ name, label, onChange }: Props) {
  return (
    <p className="clip-label">
      <input
        key={label}
        aria-label={`What ${name} shows`}
        maxLength={30}
        placeholder="What it shows"
        defaultValue={label ?? ''}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') currentTarget.blur();
        }}
        onBlur={({ currentTarget: { value } }) => {
          const given = value.trim() || null;
          if (given !== label) onChange(given);
        }}
      />
    </p>
  );
}
