// How often what may be done. Shared by all API processes where it guards an account, else counted by each.

export interface Limit {
  readonly points: number;
  readonly seconds: number;
  /** Counted in Redis or Postgres; otherwise in this process alone. */
  readonly shared: boolean;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

export const LIMITS = {
  /** Changes of one user, or of one address without a token. */
  write: { points: 600, seconds: MINUTE, shared: false },
  /** Pictures of one user: each costs a worker some seconds. */
  image: { points: 200, seconds: HOUR, shared: false },
  /** Captions of one user: reading a large file takes a moment of everybody's. */
  captions: { points: 300, seconds: HOUR, shared: false },
  /** Lists of stories, of one address or user. */
  feed: { points: 1_200, seconds: MINUTE, shared: false },
  /** Searches among them: each ranks what it finds. */
  search: { points: 240, seconds: MINUTE, shared: false },
  /** Views told by one address or user: they count once in half an hour anyway. */
  view: { points: 600, seconds: MINUTE, shared: false },
  /** Comments of one user. */
  comment: { points: 60, seconds: HOUR, shared: true },
  register: { points: 300, seconds: HOUR, shared: true },
  /** Answers of EMAIL_TAKEN to one address block. */
  registerTaken: { points: 5, seconds: HOUR, shared: true },
  refresh: { points: 300, seconds: MINUTE, shared: false },
  login: { points: 300, seconds: 15 * MINUTE, shared: true },
  /** Wrong passwords from one address block, whatever the account. */
  loginFailures: { points: 30, seconds: 15 * MINUTE, shared: true },
  /** Wrong passwords for one account from one address block. */
  loginPair: { points: 5, seconds: 15 * MINUTE, shared: true },
  /** Wrong passwords for one account from anywhere; addresses it is known from are spared. */
  loginAccount: { points: 50, seconds: 15 * MINUTE, shared: true },
  /** How often the pair above was shut out in a day: each time lasts twice as long. */
  loginShutOuts: { points: 1_000, seconds: 24 * HOUR, shared: true },
  /** Codes sent to one account, or asked for one address from one address block. */
  codes: { points: 5, seconds: HOUR, shared: true },
  /** Codes asked for one e-mail address or number from anywhere. */
  codesEverywhere: { points: 20, seconds: HOUR, shared: true },
  /** Wrong codes, second factors and passwords of one account from one address block. */
  proofs: { points: 5, seconds: 15 * MINUTE, shared: true },
  /** Warnings mailed to an address that somebody tried to register. */
  takenMails: { points: 3, seconds: 24 * HOUR, shared: true },
  /** Proofs of one address block, right or wrong. */
  proofTries: { points: 100, seconds: 15 * MINUTE, shared: true },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;
