// A Produce request: batches of many partitions, one of each, on their way to the broker that leads them all.

import type { Produce, RequestInput } from '@samsa/protocol'
import type { PartitionQueue } from './partition-queue.ts'
import type { ProducerBatch } from './producer-batch.ts'
import type { ProducerPlan } from './producer-settings.ts'

/** A batch on its way, and the queue it came from. */
export interface Shipment {
  readonly queue: PartitionQueue
  readonly batch: ProducerBatch
  readonly topicId: string
}

/** The request that carries them. */
export function produceRequest(
  shipments: readonly Shipment[],
  plan: ProducerPlan,
  transactionalId: string | null,
): RequestInput<typeof Produce> {
  const topics = new Map<string, { topicId: string; partitionData: PartitionData[] }>()
  for (const { queue, batch, topicId } of shipments) {
    let topic = topics.get(queue.topic)
    if (topic === undefined) topics.set(queue.topic, (topic = { topicId, partitionData: [] }))
    topic.partitionData.push({ index: queue.partition, records: batch.encode(plan) })
  }
  const topicData = [...topics].map(([name, topic]) => ({ name, ...topic }))
  return { transactionalId, acks: plan.acks, timeoutMs: plan.requestTimeoutMs, topicData }
}

interface PartitionData {
  readonly index: number
  readonly records: Buffer
}
