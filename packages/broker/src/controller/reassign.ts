// The decision to move a partition to other brokers, or to give such a move up.

import { KafkaError } from '@samsa/protocol'
import type { PartitionState } from '../metadata/topic-nodes.ts'
import type { TopicPartition } from './controller.ts'
import { isServing, replacePartition, requirePartition } from './draft-partition.ts'
import type { MetadataDraft } from './metadata-draft.ts'
import {
  beginReassignment,
  cancelReassignment,
  isMoving,
  originalReplicas,
} from './reassignment.ts'
import { requireReplicas } from './replica-assignment.ts'

/** Reassigns in the draft, or throws the KafkaError that says why not. */
export function reassign(
  draft: MetadataDraft,
  partition: TopicPartition,
  replicas: readonly number[] | null,
  keepReplicationFactor: boolean,
): void {
  const { topic, state } = requirePartition(draft, partition)
  const rules = {
    isLive: (id: number): boolean => isServing(draft, id),
    isUncleanAllowed: () => false,
  }
  const put = (next: PartitionState): void => {
    replacePartition(draft, topic, partition.partition, next)
  }
  if (replicas === null) {
    if (!isMoving(state)) throw new KafkaError('NO_REASSIGNMENT_IN_PROGRESS')
    const cancelled = cancelReassignment(state, rules)
    if (cancelled === undefined) {
      throw new KafkaError(
        'INVALID_REPLICA_ASSIGNMENT',
        'None of the replicas that would stay is in sync.',
      )
    }
    put(cancelled)
    return
  }
  requireReplicas(draft.metadata, replicas, replicas.length)
  const present = originalReplicas(state)
  if (keepReplicationFactor && replicas.length !== present.length) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `The replication factor is changed from ${present.length} to ${replicas.length}`,
    )
  }
  if (!isMoving(state) && isSameOrder(replicas, state.replicas)) return
  put(beginReassignment(state, replicas, rules))
}

function isSameOrder(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((id, i) => id === other[i])
}
