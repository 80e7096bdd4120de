// What replication does, under the names of Kafka's metrics: counted where it happens, or read when somebody looks.

import type { Counter, Metrics } from '@samsa/world'
import type { Partition } from './partition.ts'

/** What the gauges look at. */
export interface ReplicationState {
  partitions(): Iterable<Partition>
  /** Replicas assigned to this broker that it cannot serve. */
  offlineReplicas(): number
  /** Records that the partition furthest behind its leader lacks. */
  maxLag(): number
}

/** The counters of one broker. */
export class ReplicationMetrics {
  /** Bytes that were fetched from leaders. */
  readonly bytesIn: Counter
  readonly #bytesOut: Counter
  readonly #shrinks: Counter
  readonly #expands: Counter

  constructor(metrics: Metrics, state: ReplicationState) {
    const topics = 'kafka_server_brokertopicmetrics'
    this.bytesIn = metrics.counter(
      `${topics}_replicationbytesin_total`,
      'Bytes of records fetched from leaders.',
    )
    this.#bytesOut = metrics.counter(
      `${topics}_replicationbytesout_total`,
      'Bytes of records fetched by followers.',
    )
    const manager = 'kafka_server_replicamanager'
    this.#shrinks = metrics.counter(
      `${manager}_isrshrinks_total`,
      'Times that a replica left the in-sync set of a partition led here.',
    )
    this.#expands = metrics.counter(
      `${manager}_isrexpands_total`,
      'Times that a replica joined the in-sync set of a partition led here.',
    )
    const count = (holds: (partition: Partition) => boolean) => (): number => {
      let found = 0
      for (const partition of state.partitions()) if (holds(partition)) found++
      return found
    }
    metrics.gauge(
      `${manager}_underminisrpartitioncount`,
      'Partitions led here of which fewer than min.insync.replicas are in sync.',
      count(({ inSync }) => inSync !== undefined && inSync.count < inSync.minimum),
    )
    metrics.gauge(
      `${manager}_atminisrpartitioncount`,
      'Partitions led here of which exactly min.insync.replicas are in sync.',
      count(({ inSync }) => inSync !== undefined && inSync.count === inSync.minimum),
    )
    metrics.gauge(
      `${manager}_offlinereplicacount`,
      'Replicas of this broker that it cannot serve.',
      () => state.offlineReplicas(),
    )
    metrics.gauge(
      'kafka_server_replicafetchermanager_maxlag',
      'Records that the follower furthest behind its leader lacks.',
      () => state.maxLag(),
      { clientid: 'Replica' },
    )
  }

  /** Records were handed to a follower. */
  sent(bytes: number): void {
    this.#bytesOut.add(bytes)
  }

  /** The in-sync set of a partition led here has another size. */
  inSyncChanged(before: number, after: number): void {
    if (after < before) this.#shrinks.add(1)
    else if (after > before) this.#expands.add(1)
  }
}
