// What runs a statement with `?` for its values: a transaction of knex does, and so does a line.

export interface Sql {
  raw<Row = unknown>(
    text: string,
    values?: readonly unknown[],
  ): PromiseLike<{ readonly rows: Row[] }>;
}
