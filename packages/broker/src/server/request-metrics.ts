// Counts and latencies by API, under the names that Kafka's JMX exporter gives them. Instruments are looked up once.

import type { Counter, Histogram, Metrics } from '@samsa/world'

/** The instruments of one API. */
export interface ApiMetrics {
  readonly requests: Counter
  readonly totalTimeMs: Histogram
}

/** Request metrics by API name. */
export class RequestMetrics {
  readonly #metrics: Metrics
  readonly #byName = new Map<string, ApiMetrics>()

  constructor(metrics: Metrics) {
    this.#metrics = metrics
  }

  of(name: string): ApiMetrics {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const labels = { request: name }
    const made = {
      requests: this.#metrics.counter(
        'kafka_network_requestmetrics_requests_total',
        'Requests received.',
        labels,
      ),
      totalTimeMs: this.#metrics.histogram(
        'kafka_network_requestmetrics_totaltimems',
        'Time from the receipt of a request to its answer, in milliseconds.',
        labels,
      ),
    }
    this.#byName.set(name, made)
    return made
  }
}
