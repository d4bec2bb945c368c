// What a list of stories tells of each, and what such a list can be narrowed to.

export interface FeedEntry {
  readonly storyId: string;
  readonly title: string;
  readonly maker: {
    readonly makerId: string;
    readonly displayName: string;
    readonly avatarUrl: string | null;
  };
  /** Of the first clip, whole seconds. */
  readonly duration: number | null;
  readonly createdAt: Date;
  /** Where the entry stands among all; what `before` takes. */
  readonly place: Place;
  readonly poster: Poster | null;
}

/** The poster of the first clip: where it lies, and where the copy lies that everybody may see. */
export interface Poster {
  readonly mediaId: string;
  readonly key: string;
  readonly publicKey: string | null;
}

export interface Place {
  /** To the microsecond, UTC, as Postgres has it. */
  readonly publishedAt: string;
  readonly storyId: string;
  /** How well it fits what was searched for; 0 without a search. */
  readonly rank: number;
}

export interface Filter {
  readonly category?: string | undefined;
  readonly tag?: string | undefined;
  readonly makerId?: string | undefined;
}

/** By the words themselves, or by what is written nearly like them. */
export type Match = 'exact' | 'fuzzy';

export interface Search extends Filter {
  readonly words: string;
  readonly match: Match;
}

export interface Range {
  readonly before?: Place | undefined;
  readonly offset?: number;
  readonly limit: number;
}
