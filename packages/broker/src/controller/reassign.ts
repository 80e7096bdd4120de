// The decision to move a partition to other brokers. Brokers do not copy partitions from each other yet, so what can be
// done without copying is done (the same replicas in another order, a cancellation), and a real move is refused.

import { KafkaError } from '@samsa/protocol'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { TopicPartition } from './controller.ts'
import { replacePartition, requirePartition } from './draft-partition.ts'
import type { MetadataDraft } from './metadata-draft.ts'
import { requireReplicas } from './replica-assignment.ts'

/** Reassigns in the draft, or throws the KafkaError that says why not. */
export function reassign(
  draft: MetadataDraft,
  partition: TopicPartition,
  replicas: readonly number[] | null,
  keepReplicationFactor: boolean,
): void {
  const { topic, state } = requirePartition(draft, partition)
  if (replicas === null) {
    if (!isMoving(state)) throw new KafkaError('NO_REASSIGNMENT_IN_PROGRESS')
    replacePartition(draft, topic, partition.partition, cancelled(state))
    return
  }
  requireReplicas(draft.metadata, replicas, replicas.length)
  const present = withoutAdded(state)
  if (keepReplicationFactor && replicas.length !== present.length) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `The replication factor is changed from ${present.length} to ${replicas.length}`,
    )
  }
  if (replicas.some((id) => !state.replicas.includes(id))) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      'Brokers do not replicate partitions yet, so a partition cannot be moved to another broker.',
    )
  }
  if (!isMoving(state) && isSameOrder(replicas, state.replicas)) return
  const partitionEpoch = state.partitionEpoch + 1
  replacePartition(draft, topic, partition.partition, { ...state, replicas, partitionEpoch })
}

/** Whether a reassignment is under way. */
export function isMoving(state: Pick<PartitionState, 'adding' | 'removing'>): boolean {
  return state.adding.length > 0 || state.removing.length > 0
}

function withoutAdded({ replicas, adding }: PartitionState): readonly number[] {
  return replicas.filter((id) => !adding.includes(id))
}

function cancelled(state: PartitionState): PartitionState {
  const replicas = withoutAdded(state)
  return {
    ...state,
    replicas,
    isr: state.isr.filter((id) => replicas.includes(id)),
    adding: [],
    removing: [],
    partitionEpoch: state.partitionEpoch + 1,
  }
}

function isSameOrder(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((id, i) => id === other[i])
}
