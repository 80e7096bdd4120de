// From lists of brokers to new partitions: checks of what a client assigned by hand, and the first leader and in-sync set.

import { KafkaError } from '@samsa/protocol'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import type { AppliedBroker } from '../metadata/metadata-image.ts'
import type { PartitionState } from '../metadata/topic-nodes.ts'

/** Brokers that new replicas may be put on. */
export function placeableBrokers(metadata: AppliedMetadata): AppliedBroker[] {
  return metadata.brokers().filter((broker) => !broker.fenced && !broker.draining)
}

/** The replication factor of an internal topic: what is wanted, or what so many brokers can hold. */
export function possibleReplicas(wanted: number, brokerCount: number): number {
  return Math.max(1, Math.min(wanted, brokerCount))
}

/**
 * New partitions with these replicas, the first of them number `firstPartition`. Throws INVALID_REPLICA_ASSIGNMENT for
 * what cannot be. All have `replicationFactor` replicas, or as many as the first has.
 */
export function statesOf(
  metadata: AppliedMetadata,
  assignment: readonly (readonly number[])[],
  {
    firstPartition = 0,
    replicationFactor,
  }: { readonly firstPartition?: number; readonly replicationFactor?: number } = {},
): PartitionState[] {
  const length = replicationFactor ?? assignment[0]?.length ?? 0
  return assignment.map((replicas, i) => {
    requireReplicas(metadata, replicas, length)
    return newPartition(metadata, replicas, firstPartition + i)
  })
}

/** Throws INVALID_REPLICA_ASSIGNMENT for a list of brokers that no partition can have. */
export function requireReplicas(
  metadata: AppliedMetadata,
  replicas: readonly number[],
  expectedLength: number,
): void {
  const refuse = (reason: string): never => {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `The manual partition assignment includes ${reason}`,
    )
  }
  if (replicas.length === 0) refuse('an empty replica list.')
  const sorted = [...replicas].sort((a, b) => a - b)
  sorted.forEach((id, i) => {
    if (id === sorted[i - 1]) refuse(`the broker ${id} more than once.`)
    if (metadata.broker(id) === undefined) {
      refuse(`broker ${id}, but no such broker is registered.`)
    }
  })
  if (replicas.length !== expectedLength) {
    refuse(
      `a partition with ${replicas.length} replica(s), but this is not consistent with previous ` +
        `partitions, which have ${expectedLength} replica(s).`,
    )
  }
}

function newPartition(
  metadata: AppliedMetadata,
  replicas: readonly number[],
  partition: number,
): PartitionState {
  const isr = replicas.filter((id) => {
    const broker = metadata.broker(id)
    return broker !== undefined && !broker.fenced && !broker.draining
  })
  const [leader] = isr
  if (leader === undefined) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `All brokers specified in the manual partition assignment for partition ${partition} ` +
        'are fenced or in controlled shutdown.',
    )
  }
  return {
    replicas,
    leader,
    leaderEpoch: 0,
    isr,
    elr: [],
    lastKnownElr: [],
    adding: [],
    removing: [],
    partitionEpoch: 0,
    recovering: false,
  }
}
