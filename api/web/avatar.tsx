/** Somebody's picture, or the first letter of their name. The name stands beside it. */
export function Avatar({ name, url }: { name: string; url: string | null }) {
  if (url) return <img className="avatar" src={url} alt="" width={48} height={48} loading="lazy" />;
  const [letter = '?'] = name;
  return (
    <span className="avatar" aria-hidden="true">
      {letter.toUpperCase()}
    </span>
  );
}
