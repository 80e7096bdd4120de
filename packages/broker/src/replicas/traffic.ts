// What comes in and goes out, and what is hosted, under the names of Kafka's broker metrics.

import type { Counter, Metrics } from '@samsa/world'
import type { Replicas } from './replicas.ts'

/** Counters of one broker. */
export class Traffic {
  readonly #bytesIn: Counter
  readonly #messagesIn: Counter
  readonly #bytesOut: Counter

  constructor(metrics: Metrics, replicas: Replicas) {
    const topics = 'kafka_server_brokertopicmetrics'
    this.#bytesIn = metrics.counter(`${topics}_bytesin_total`, 'Bytes of records appended.')
    this.#messagesIn = metrics.counter(`${topics}_messagesin_total`, 'Records appended.')
    this.#bytesOut = metrics.counter(`${topics}_bytesout_total`, 'Bytes of records fetched.')
    const manager = 'kafka_server_replicamanager'
    const count = (of: (replica: { role: { kind: string } }) => boolean) => (): number => {
      let hosted = 0
      for (const partition of replicas.partitions()) if (of(partition)) hosted++
      return hosted
    }
    metrics.gauge(
      `${manager}_partitioncount`,
      'Replicas hosted here.',
      count(() => true),
    )
    metrics.gauge(
      `${manager}_leadercount`,
      'Partitions led by this broker.',
      count(({ role }) => role.kind === 'leader'),
    )
  }

  /** Records were appended for a client. */
  received(bytes: number, records: number): void {
    this.#bytesIn.add(bytes)
    this.#messagesIn.add(records)
  }

  /** Records were handed to a client. */
  sent(bytes: number): void {
    this.#bytesOut.add(bytes)
  }
}
