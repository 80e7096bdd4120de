// What the group coordinator counts, under the names Kafka's coordinator has for it.

import type { Counter, Metrics } from '@samsa/world'
import type { GroupEventKind } from './explanations.ts'

const PREFIX = 'kafka_server_group_coordinator_metrics'

/** Counters of one broker's coordinator. */
export class GroupMetrics {
  readonly offsetCommits: Counter
  readonly offsetExpirations: Counter
  readonly offsetDeletions: Counter
  readonly #metrics: Metrics

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    const counter = (name: string, help: string): Counter =>
      metrics.counter(`${PREFIX}_${name}_total`, help)
    this.offsetCommits = counter('offset_commit_count', 'Offsets committed.')
    this.offsetExpirations = counter('offset_expiration_count', 'Offsets that have expired.')
    this.offsetDeletions = counter('offset_deletion_count', 'Offsets deleted by request.')
  }

  /** One of the things that happen to groups: rebalances, members that join, leave, expire or are fenced. */
  happened(event: GroupEventKind): void {
    const help = 'What happened to groups, by kind.'
    this.#metrics.counter(`${PREFIX}_events_total`, help, { event }).add(1)
  }

  /** Shows how many groups of each kind there are. */
  watchGroups(count: (type: 'classic' | 'consumer') => number): void {
    for (const protocol of ['classic', 'consumer'] as const) {
      const help = 'Groups coordinated here, by protocol.'
      this.#metrics.gauge(`${PREFIX}_group_count`, help, () => count(protocol), { protocol })
    }
  }
}
