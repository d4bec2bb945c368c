import { Avatar } from './avatar.js';
import type { Story } from './clip.js';
import { Link } from './navigation.js';

/** Who made a story. */
export function StoryMaker({ maker }: { maker: Story['maker'] }) {
  return (
    <section className="card" aria-label="The maker">
      <h2 className="person">
        <Avatar name={maker.display_name} url={maker.avatar_url} />
        <Link href={`/makers/${maker.maker_id}`}>{maker.display_name}</Link>
      </h2>
      {maker.bio && <p className="written">{maker.bio}</p>}
    </section>
  );
}
