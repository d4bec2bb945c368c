import { useState } from 'react';

/** Somebody's picture, or the first letter of their name. The name stands beside it. */
export function Avatar({ name, url }: { name: string; url: string | null }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (url && url !== broken) {
    const size = { width: 48, height: 48 };
    return (
      <img
        {...size}
        className="avatar"
        src={url}
        alt=""
        loading="lazy"
        onError={() => setBroken(url)}
      />
    );
  }
  const [letter = '?'] = name;
  return (
    <span className="avatar" aria-hidden="true">
      {letter.toUpperCase()}
    </span>
  );
}
