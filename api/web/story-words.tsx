// What a story tells: its description, its sections with their pictures, and the lists it is found in.

import type { Story } from './clip.js';
import { Link } from './navigation.js';
import { pictureFor } from './picture-sizes.js';

export const SECTION_TITLES: Readonly<Record<string, string>> = {
  overview: 'Overview',
  process: 'How it is made',
  materials: 'Materials',
  notes: 'Notes',
  location: 'Where it is made',
};

export function StoryWords({ story }: { story: Story }) {
  return (
    <div className="story-words">
      {story.cover && <img {...pictureFor(story.cover)} alt="" loading="lazy" />}
      <p>{story.description}</p>
      {story.sections.map(({ type, content, picture }) => (
        <section key={type}>
          <h2>{SECTION_TITLES[type] ?? type}</h2>
          {picture && <img {...pictureFor(picture)} alt="" loading="lazy" />}
          <p>{content}</p>
        </section>
      ))}
      {(story.category || story.tags.length > 0) && (
        <ul className="chips" aria-label="Found under">
          {story.category && (
            <li>
              <Link
                className="chip"
                href={`/?${new URLSearchParams({ category: story.category })}`}
              >
                {story.category}
              </Link>
            </li>
          )}
          {story.tags.map((tag) => (
            <li key={tag}>
              <Link className="chip" href={`/?${new URLSearchParams({ tag })}`}>
                #{tag}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
