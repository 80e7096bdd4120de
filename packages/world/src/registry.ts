// The metrics registry: a map from name and labels to an instrument. The same in the real and the simulated world,
// because it only counts. Looking an instrument up costs a string; using it costs nothing.

import { LogHistogram } from './histogram.ts'
import type { Counter, Histogram, Labels, MetricSample, Metrics } from './metrics.ts'

const noLabels: Labels = {}

class PlainCounter implements Counter {
  value = 0

  add(amount: number): void {
    this.value += amount
  }
}

class Registry implements Metrics {
  readonly #samples = new Map<string, MetricSample>()

  counter(name: string, help: string, labels: Labels = noLabels): Counter {
    const key = keyOf(name, labels)
    const known = this.#samples.get(key)?.instrument
    if (known?.kind === 'counter') return known.counter
    const counter = new PlainCounter()
    this.#samples.set(key, { name, help, labels, instrument: { kind: 'counter', counter } })
    return counter
  }

  gauge(name: string, help: string, read: () => number, labels: Labels = noLabels): void {
    const instrument = { kind: 'gauge', read } as const
    this.#samples.set(keyOf(name, labels), { name, help, labels, instrument })
  }

  histogram(name: string, help: string, labels: Labels = noLabels): Histogram {
    const key = keyOf(name, labels)
    const known = this.#samples.get(key)?.instrument
    if (known?.kind === 'histogram') return known.histogram
    const histogram = new LogHistogram()
    this.#samples.set(key, { name, help, labels, instrument: { kind: 'histogram', histogram } })
    return histogram
  }

  remove(name: string, labels: Labels = noLabels): void {
    this.#samples.delete(keyOf(name, labels))
  }

  samples(): readonly MetricSample[] {
    return [...this.#samples.entries()]
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, sample]) => sample)
  }
}

/** An empty registry. */
export function createMetrics(): Metrics {
  return new Registry()
}

/** Names sort before their labels, and labels in any order give one key. */
function keyOf(name: string, labels: Labels): string {
  let key = name
  for (const label of Object.keys(labels).sort())
    key += `\u0000${label}\u0001${labels[label] ?? ''}`
  return key
}
