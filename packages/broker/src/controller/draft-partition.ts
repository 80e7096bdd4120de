// One partition of a draft: found, judged, replaced.

import { KafkaError } from '@samsa/protocol'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { TopicPartition } from './controller.ts'
import type { DraftTopic, MetadataDraft } from './metadata-draft.ts'

/** The partition. Throws UNKNOWN_TOPIC_OR_PARTITION. */
export function requirePartition(
  draft: MetadataDraft,
  { topic: name, partition }: TopicPartition,
): { readonly topic: DraftTopic; readonly state: PartitionState } {
  const topic = draft.topic(name)
  if (topic === undefined) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `No such topic as ${name}`)
  }
  const state = topic.partitions[partition]
  if (state === undefined) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `No such partition as ${name}-${partition}`)
  }
  return { topic, state }
}

/** Whether a broker is live and stays. */
export function isServing(draft: MetadataDraft, brokerId: number): boolean {
  const broker = draft.metadata.broker(brokerId)
  return broker !== undefined && !broker.fenced && !broker.draining
}

/** Puts the partition's new state into the draft. */
export function replacePartition(
  draft: MetadataDraft,
  topic: DraftTopic,
  partition: number,
  state: PartitionState,
): void {
  draft.change({ ...topic, partitions: topic.partitions.with(partition, state) })
}
