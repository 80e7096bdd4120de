// The decision to give a topic more partitions.

import { KafkaError } from '@samsa/protocol'
import type { Random } from '@samsa/world'
import type { PartitionsSpec } from './controller.ts'
import { mostPartitionsAtOnce } from './create-topic.ts'
import type { MetadataDraft } from './metadata-draft.ts'
import { placeReplicas } from './placement.ts'
import { placeableBrokers, statesOf } from './replica-assignment.ts'

/** What the decision goes by. */
export interface GrowthRules {
  readonly random: Random
  readonly validateOnly: boolean
}

/** Grows the topic in the draft, or throws the KafkaError that says why not. */
export function createPartitions(
  draft: MetadataDraft,
  { topic: name, partitionCount, assignments }: PartitionsSpec,
  { random, validateOnly }: GrowthRules,
): void {
  const topic = draft.topic(name)
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION')
  const present = topic.partitions.length
  if (partitionCount === present) {
    throw new KafkaError('INVALID_PARTITIONS', `Topic already has ${present} partition(s).`)
  }
  if (partitionCount < present) {
    throw new KafkaError(
      'INVALID_PARTITIONS',
      `The topic ${name} currently has ${present} partition(s); ${partitionCount} would not be ` +
        'an increase.',
    )
  }
  const additional = partitionCount - present
  if (assignments !== undefined && assignments.length !== additional) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `Attempted to add ${additional} additional partition(s), but only ${assignments.length} ` +
        'assignment(s) were specified.',
    )
  }
  if (additional > mostPartitionsAtOnce) {
    throw new KafkaError('POLICY_VIOLATION', 'Excessively large number of partitions per request.')
  }
  const replicationFactor = topic.partitions[0]?.replicas.length ?? 1
  const replicas =
    assignments ??
    placeReplicas(random, placeableBrokers(draft.metadata), {
      partitionCount: additional,
      replicationFactor,
      firstPartition: present,
    })
  const added = statesOf(draft.metadata, replicas, { firstPartition: present, replicationFactor })
  if (!validateOnly) draft.change({ ...topic, partitions: [...topic.partitions, ...added] })
}
