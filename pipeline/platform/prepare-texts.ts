// Statements that a connection prepares once: each text has one name, and its values come by number.

export interface PreparedText {
  readonly name: string;
  readonly text: string;
}

/** @returns for a text with `?` for its values; it is kept, so give it few texts, and none made of values */
export function openPreparer(): (text: string) => PreparedText {
  const known = new Map<string, PreparedText>();
  return (text) => {
    const earlier = known.get(text);
    if (earlier) return earlier;
    let place = 0;
    const numbered = text.replaceAll('?', () => `$${++place}`);
    const prepared = { name: `line_${known.size + 1}`, text: numbered };
    known.set(text, prepared);
    return prepared;
  };
}
