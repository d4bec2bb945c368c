// What Prometheus reads. The one file that knows the library, which ends with Node 20; each process describes its own series.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Labels are names of ours, each with few values: never an id, an address or a text that somebody sent. */
export interface Series<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

export interface Sample<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}

export interface Metrics {
  counter<Label extends string = never>(
    series: Series<Label>,
  ): (labels: Record<Label, string>, by?: number) => void;
  /** `buckets`: their upper ends, ascending. */
  histogram<Label extends string = never>(
    series: Series<Label> & { readonly buckets: readonly number[] },
  ): (labels: Record<Label, string>, value: number) => void;
  /** `read` is called at each scrape; a failing one leaves its series out. */
  gauge<Label extends string = never>(
    series: Series<Label>,
    read: () => readonly Sample<Label>[] | Promise<readonly Sample<Label>[]>,
  ): void;
  /** Prometheus' text format. */
  read(): Promise<string>;
  readonly contentType: string;
}

export type MetricsPage = Pick<Metrics, 'read' | 'contentType'>;

/** Begins with what every process tells of itself: CPU, memory, event loop, open files. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const describe = <Label extends string>({ name, help, labels = [] }: Series<Label>) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    counter(series) {
      const counter = new Counter(describe(series));
      return (labels, by = 1) => counter.inc(labels, by);
    },
    histogram({ buckets, ...series }) {
      const histogram = new Histogram({ ...describe(series), buckets: [...buckets] });
      return (labels, value) => histogram.observe(labels, value);
    },
    gauge(series, read) {
      new Gauge({
        ...describe(series),
        async collect() {
          this.reset();
          const samples = await Promise.resolve()
            .then(read)
            .catch(() => []);
          for (const { labels, value } of samples) this.set(labels, value);
        },
      });
    },
  };
}
