import { useEffect, useRef, useState } from 'react';

interface Props {
  readonly codes: readonly string[];
  readonly onKept: () => void;
}

/** The recovery codes, this once. */
export function RecoveryCodes({ codes, onKept }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [said, setSaid] = useState('');
  // The button that brought them is gone.
  useEffect(() => heading.current?.focus(), []);
  const copy = () =>
    navigator.clipboard.writeText(codes.join('\n')).then(
      () => setSaid('Copied.'),
      () => setSaid('They cannot be copied here: write them down.'),
    );
  return (
    <div className="form">
      <h3 ref={heading} tabIndex={-1}>
        Your recovery codes
      </h3>
      <p>
        Each signs you in once, when your authenticator is not at hand. They are shown only now:
        keep them where you keep your passwords.
      </p>
      <ul className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <p className="acts">
        <button type="button" onClick={() => void copy()}>
          Copy them
        </button>
        <button type="button" onClick={onKept}>
          I have kept them
        </button>
      </p>
      <p role="status">{said}</p>
    </div>
  );
}
