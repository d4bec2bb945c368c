// The cover of a draft and the pictures of its sections.

import type { Story } from './clip.js';
import { PictureField } from './picture-field.js';

export function StoryPictures({ story, onChange }: { story: Story; onChange: () => void }) {
  const path = `/stories/${story.story_id}`;
  return (
    <fieldset className="pictures">
      <legend>Pictures</legend>
      <PictureField
        label="Cover"
        path={`${path}/cover`}
        shown={story.cover?.sizes[0]?.jpeg_url ?? null}
        onDone={onChange}
      />
      {story.sections.map(({ type, picture }) => (
        <PictureField
          key={type}
          label={`Picture of “${type}”`}
          path={`${path}/sections/${type}/picture`}
          shown={picture?.sizes[0]?.jpeg_url ?? null}
          onDone={onChange}
        />
      ))}
    </fieldset>
  );
}
