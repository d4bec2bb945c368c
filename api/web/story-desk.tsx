// One story of the studio with all that its maker can do with it, as far as it has come.

import type { Story } from './clip.js';
import { StoryClips } from './story-clips.js';
import { StoryEdit } from './story-edit.js';
import { StoryOffers } from './story-offers.js';
import { StoryPictures } from './story-pictures.js';
import { StoryStanding } from './story-standing.js';
import { StoryVersions } from './story-versions.js';
import { useStoryText } from './use-story-text.js';

interface Props {
  readonly story: Story;
  readonly onChange: () => Promise<void>;
  readonly onDelete: () => void;
}

export function StoryDesk({ story, onChange, onDelete }: Props) {
  const writing = useStoryText(story);
  const isDraft = story.status === 'draft';
  const isPublished = story.status === 'published';
  return (
    <>
      <StoryClips story={story} onDelete={onDelete} />
      <StoryStanding
        storyId={story.story_id}
        version={JSON.stringify(story)}
        unsaved={writing.unsaved}
        onMoved={onChange}
      />
      {(isDraft || isPublished) && <StoryEdit story={story} writing={writing} onSaved={onChange} />}
      {isPublished && <StoryOffers story={story} />}
      {isDraft && <StoryPictures story={story} onChange={() => void onChange()} />}
      {!isDraft && <StoryVersions key={story.etag} storyId={story.story_id} />}
    </>
  );
}
