// What was made of a text before: the same text gives the same thing again, and the oldest are given up.

export interface Known<T> {
  /** @param make depends on the text alone */
  read(text: string, make: (text: string) => T): T;
}

export function openKnown<T>(most: number): Known<T> {
  const made = new Map<string, T>();
  return {
    read(text, make) {
      const earlier = made.get(text);
      if (earlier !== undefined) return earlier;
      const thing = make(text);
      made.set(text, thing);
      if (made.size > most) made.delete(made.keys().next().value as string);
      return thing;
    },
  };
}
