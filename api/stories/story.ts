// A story: what its row says, and what may be in its carousel.

export const STORY_STATUSES = [
  'draft',
  'submitted',
  'approved',
  'published',
  'rejected',
  'archived',
] as const;
export type StoryStatus = (typeof STORY_STATUSES)[number];

/** In the order they are shown where no order is stored. */
export const SECTION_TYPES = ['overview', 'process', 'materials', 'notes', 'location'] as const;
export type SectionType = (typeof SECTION_TYPES)[number];

export interface Section {
  readonly type: SectionType;
  readonly content: string;
}

export const LEAST_CLIPS = 3;
export const MOST_CLIPS = 7;

export interface CarouselEntry {
  readonly mediaId: string;
  /** In Use, Details, Making Process, Environment, Variations, or a label of the maker's own. */
  readonly context: string | null;
  /** The clip that goes when this one has arrived; both stand in the carousel until then. */
  readonly replaces: string | null;
}

export interface Maker {
  readonly makerId: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly bio: string | null;
}

export interface Story {
  readonly storyId: string;
  readonly maker: Maker;
  readonly title: string;
  readonly description: string;
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly status: StoryStatus;
  /** Minor units. */
  readonly minimumOffer: number;
  readonly currency: string;
  readonly carousel: readonly CarouselEntry[];
  readonly sections: readonly Section[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** How many places are taken: a clip and the one that is to replace it share theirs. */
export const countPlaces = (carousel: readonly CarouselEntry[]): number =>
  carousel.filter(({ replaces }) => !isIn(carousel, replaces)).length;

/** Puts an entry at the end, or behind the clip that it replaces. */
export function withEntry(
  carousel: readonly CarouselEntry[],
  entry: CarouselEntry,
): CarouselEntry[] {
  const place = carousel.findIndex(({ mediaId }) => mediaId === entry.replaces);
  return place < 0 ? [...carousel, entry] : carousel.toSpliced(place + 1, 0, entry);
}

export const withoutEntry = (
  carousel: readonly CarouselEntry[],
  mediaId: string,
): CarouselEntry[] => carousel.filter((entry) => entry.mediaId !== mediaId);

/** The carousel once a replacement has arrived: it stands where the clip was that it replaces. */
export function withReplaced(
  carousel: readonly CarouselEntry[],
  mediaId: string,
): { carousel: CarouselEntry[]; replaced: string | null } {
  const replacement = carousel.find((entry) => entry.mediaId === mediaId);
  const replaced = carousel.find((entry) => entry.mediaId === replacement?.replaces);
  if (!replacement || !replaced) return { carousel: [...carousel], replaced: null };
  const settled = { ...replacement, replaces: null };
  return {
    carousel: withoutEntry(carousel, mediaId).map((entry) =>
      entry === replaced ? settled : entry,
    ),
    replaced: replaced.mediaId,
  };
}

const isIn = (carousel: readonly CarouselEntry[], mediaId: string | null) =>
  mediaId !== null && carousel.some((entry) => entry.mediaId === mediaId);
