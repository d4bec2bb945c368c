// How a story stands, as the API tells its maker and admins.

export interface StoryState {
  readonly story_id: string;
  readonly status: string;
  readonly publish_at: string | null;
  readonly published_at: string | null;
  readonly rejection: { readonly reason: string; readonly at: string } | null;
  readonly takedown: { readonly reason: string; readonly at: string } | null;
  readonly missing: readonly { readonly field: string; readonly message: string }[];
  readonly possible_moves: readonly string[];
}

const STATUSES: Readonly<Record<string, string>> = {
  draft: 'Draft: only you see it',
  submitted: 'In review',
  approved: 'Approved',
  published: 'Published',
  rejected: 'Rejected',
  archived: 'Archived: nobody finds it',
};

export const statusInWords = ({
  status,
  takedown = null,
}: Pick<StoryState, 'status'> & Partial<Pick<StoryState, 'takedown'>>) =>
  takedown ? 'Taken down' : (STATUSES[status] ?? status);

const FIELDS: Readonly<Record<string, string>> = {
  title: 'The title',
  description: 'The description',
  sections: 'The sections',
  minimum_offer: 'The lowest offer',
  clips: 'Clips',
};

/** `clips.0` → “Clip 1 is not completed”. */
export function missingInWords({ field, message }: StoryState['missing'][number]): string {
  const [name = '', place] = field.split('.');
  const what = place === undefined ? (FIELDS[name] ?? name) : `Clip ${Number(place) + 1}`;
  return `${what} ${message}`;
}
