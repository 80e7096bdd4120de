// Metrics as instruments that are looked up once and then updated without allocation. Names are Kafka's where Kafka has
// one; a reader (Prometheus text, a test) walks the registry.

/** Label values of one instrument, e.g. `{ request: 'Produce' }`. */
export type Labels = Readonly<Record<string, string>>

/** A number that only grows. */
export interface Counter {
  add(amount: number): void
  readonly value: number
}

/** A distribution of non-negative values with logarithmic buckets (relative error at most 1/16). */
export interface Histogram {
  record(value: number): void
  readonly count: number
  readonly sum: number
  /** The value below which `fraction` (0 to 1) of the recorded ones lie; 0 when there are none. */
  quantile(fraction: number): number
}

/** One instrument as a reader sees it. */
export interface MetricSample {
  readonly name: string
  readonly help: string
  readonly labels: Labels
  readonly instrument:
    | { readonly kind: 'counter'; readonly counter: Counter }
    | { readonly kind: 'gauge'; readonly read: () => number }
    | { readonly kind: 'histogram'; readonly histogram: Histogram }
}

/** The registry. Asking again for the same name and labels gives the same instrument. */
export interface Metrics {
  counter(name: string, help: string, labels?: Labels): Counter
  /** `read` is called when somebody looks; a later registration of the same name and labels replaces it. */
  gauge(name: string, help: string, read: () => number, labels?: Labels): void
  histogram(name: string, help: string, labels?: Labels): Histogram
  /** Forgets the instruments with exactly this name and labels. */
  remove(name: string, labels?: Labels): void
  /** All instruments, sorted by name. */
  samples(): readonly MetricSample[]
}
