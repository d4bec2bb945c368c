// What has become of a story since it was published: each version, and what it changed.

import { toDay } from './day.js';
import { usePages } from './use-pages.js';

interface Version {
  readonly version: number;
  readonly created_at: string;
  readonly changed: readonly string[];
  readonly content: {
    readonly title: string;
    readonly description: string;
    readonly category: string | null;
    readonly tags: readonly string[];
    readonly minimum_offer: number;
    readonly currency: string;
    readonly sections: readonly { readonly type: string; readonly content: string }[];
    readonly clips: readonly { readonly context: string | null }[];
  };
}

export function StoryVersions({ storyId }: { storyId: string }) {
  const { items, problem, more } = usePages<Version>(`/stories/${storyId}/versions`, 'versions');
  if (items?.length === 0) return null;
  return (
    <details className="card">
      <summary>Versions</summary>
      <ol className="versions" reversed start={items?.[0]?.version}>
        {items?.map((version) => (
          <li key={version.version}>
            {toDay(version.created_at)} · {toWords(version)}
          </li>
        ))}
      </ol>
      {more && (
        <button type="button" onClick={more}>
          More
        </button>
      )}
      {problem && <p role="alert">{problem}</p>}
    </details>
  );
}

const toWords = ({ changed, content }: Version): string =>
  changed.length === 0
    ? `published as “${content.title}”`
    : changed.map((field) => CHANGES[field]?.(content) ?? field).join(' · ');

const CHANGES: Readonly<Record<string, (content: Version['content']) => string>> = {
  title: ({ title }) => `named “${title}”`,
  description: ({ description }) => `described as “${description}”`,
  category: ({ category }) => (category ? `put under ${category}` : 'taken out of its craft'),
  tags: ({ tags }) => `tagged ${tags.join(', ') || 'with nothing'}`,
  minimum_offer: ({ minimum_offer: least, currency }) => `offers from ${currency} ${least}`,
  sections: ({ sections }) => `${sections.length} sections written anew`,
  clips: ({ clips }) => `${clips.length} clips put in order`,
};
