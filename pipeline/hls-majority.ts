// Who is to blame where renditions disagree.

export interface Ballot<T> {
  readonly name: string;
  readonly value: T;
}

/** Those that differ from what most agree upon; null where nothing has the majority. */
export function findOdd<T>(
  ballots: readonly Ballot<T>[],
  agrees: (a: T, b: T) => boolean,
): readonly string[] | null {
  const camps = ballots.map(({ value }) => ballots.filter((other) => agrees(value, other.value)));
  const largest = camps.toSorted((a, b) => b.length - a.length)[0] ?? [];
  if (largest.length === ballots.length) return [];
  if (largest.length * 2 <= ballots.length) return null;
  return ballots.filter((ballot) => !largest.includes(ballot)).map(({ name }) => name);
}
