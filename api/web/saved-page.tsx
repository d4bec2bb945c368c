import { Link } from './navigation.js';
import { StoryList } from './story-list.js';
import { useFeed } from './use-feed.js';

/** The stories that somebody keeps, last saved first. */
export function SavedPage() {
  const list = useFeed('/users/me/saves');
  return (
    <>
      <h1>Saved stories</h1>
      <StoryList
        list={list}
        empty={
          <p>
            You have saved none yet. <Link href="/">See the stories</Link>
          </p>
        }
      />
    </>
  );
}
