// A list of offers, auctions or orders, with the way to more of them.

import type { ReactNode } from 'react';

interface Props<Item> {
  readonly title: string;
  readonly empty: string;
  readonly list: {
    readonly items: readonly Item[] | null;
    readonly problem: string | null;
    readonly more: (() => void) | null;
    readonly reload: () => Promise<void>;
  };
  readonly keyOf: (item: Item) => string;
  readonly children: (item: Item) => ReactNode;
}

export function TradeList<Item>({ title, empty, list, keyOf, children }: Props<Item>) {
  const { items, problem, more, reload } = list;
  return (
    <section className="card trades" aria-label={title}>
      <h2>{title}</h2>
      {!items && !problem && <p className="quiet">Loading…</p>}
      {items?.length === 0 && <p className="quiet">{empty}</p>}
      <ul>
        {items?.map((item) => (
          <li key={keyOf(item)} className="trade">
            {children(item)}
          </li>
        ))}
      </ul>
      {more && (
        <button type="button" onClick={more}>
          More
        </button>
      )}
      {problem && (
        <p role="alert">
          {problem}{' '}
          <button type="button" onClick={() => void reload()}>
            Try again
          </button>
        </p>
      )}
    </section>
  );
}
