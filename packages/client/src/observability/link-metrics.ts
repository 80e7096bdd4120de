// Numbers of the connection to one broker: requests and their time by API, failures, throttling. Instruments are looked up
// once for each API.

import type { Api } from '@samsa/protocol'
import type { Counter, Histogram, Metrics } from '@samsa/world'

interface ApiInstruments {
  readonly latencyMs: Histogram
  readonly failures: Counter
}

/** Counts for one broker. */
export class LinkMetrics {
  readonly #metrics: Metrics
  readonly #broker: string
  readonly #byApi = new Map<number, ApiInstruments>()
  #connections: { readonly made: Counter; readonly failed: Counter } | undefined
  #throttledMs: Counter | undefined

  constructor(metrics: Metrics, broker: string) {
    this.#metrics = metrics
    this.#broker = broker
  }

  /** A connection was made, or could not be. */
  connected(isMade: boolean): void {
    const labels = { broker: this.#broker }
    this.#connections ??= {
      made: this.#metrics.counter('kafka_client_connections_total', 'Connections made.', labels),
      failed: this.#metrics.counter(
        'kafka_client_connection_failures_total',
        'Connections that could not be made.',
        labels,
      ),
    }
    this.#connections[isMade ? 'made' : 'failed'].add(1)
  }

  /** A request was answered after `latencyMs`; `answer` may say that the client was throttled. */
  answered(api: Api, latencyMs: number, answer: unknown): void {
    this.#of(api).latencyMs.record(latencyMs)
    const { throttleTimeMs = 0 } = answer as { readonly throttleTimeMs?: number }
    if (throttleTimeMs <= 0) return
    this.#throttledMs ??= this.#metrics.counter(
      'kafka_client_throttle_time_ms_total',
      'Time for which brokers held answers back because of quotas.',
      { broker: this.#broker },
    )
    this.#throttledMs.add(throttleTimeMs)
  }

  /** A request got no answer. */
  failed(api: Api): void {
    this.#of(api).failures.add(1)
  }

  #of(api: Api): ApiInstruments {
    const known = this.#byApi.get(api.key)
    if (known !== undefined) return known
    const labels = { broker: this.#broker, request: api.name }
    const instruments = {
      latencyMs: this.#metrics.histogram(
        'kafka_client_request_latency_ms',
        'Time from a request to its answer.',
        labels,
      ),
      failures: this.#metrics.counter(
        'kafka_client_request_failures_total',
        'Requests without answer.',
        labels,
      ),
    }
    this.#byApi.set(api.key, instruments)
    return instruments
  }
}
