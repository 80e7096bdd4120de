// How the cluster is, under the names of Kafka's metrics: read from the applied view when somebody looks, so that nothing
// is counted on any path. What speaks of the whole cluster is told by the active controller, others say 0.

import type { Metrics } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import type { AppliedPartition } from '../metadata/topic-table.ts'
import { originalReplicas } from './reassignment.ts'

/** What the gauges look at. */
interface ClusterMetricsOptions {
  readonly brokerId: number
  readonly metadata: AppliedMetadata
  /** Whether this broker is the active controller. */
  readonly isController: () => boolean
}

/** Registers the gauges of one broker. */
export function registerClusterMetrics(
  metrics: Metrics,
  { brokerId, metadata, isController }: ClusterMetricsOptions,
): void {
  const count = (holds: (partition: AppliedPartition) => boolean): number => {
    let found = 0
    for (const { partitions } of metadata.topics()) found += partitions.filter(holds).length
    return found
  }
  const ifController = (read: () => number) => (): number => (isController() ? read() : 0)
  metrics.gauge(
    'kafka_server_replicamanager_underreplicatedpartitions',
    'Partitions led by this broker of which not every replica is in sync.',
    () => count((partition) => partition.leader === brokerId && isUnderReplicated(partition)),
  )
  const controller = 'kafka_controller_kafkacontroller'
  metrics.gauge(
    `${controller}_activecontrollercount`,
    '1 on the broker that is the controller, 0 on the others.',
    () => (isController() ? 1 : 0),
  )
  metrics.gauge(
    `${controller}_activebrokercount`,
    'Brokers that are live.',
    ifController(() => metadata.brokers().filter(({ fenced }) => !fenced).length),
  )
  metrics.gauge(
    `${controller}_offlinepartitionscount`,
    'Partitions that nobody leads.',
    ifController(() => count(({ leader }) => leader === -1)),
  )
  metrics.gauge(
    `${controller}_preferredreplicaimbalancecount`,
    'Partitions that are not led by their preferred replica.',
    ifController(() => count(({ leader, replicas }) => leader !== replicas[0])),
  )
}

/** Replicas that a move is only adding do not count. */
function isUnderReplicated(partition: AppliedPartition): boolean {
  return originalReplicas(partition).some((id) => !partition.isr.includes(id))
}
