// What members of a classic consumer group tell each other inside JoinGroup and SyncGroup: subscriptions and assignments,
// each after an int16 of its version.
//
// Invariant: a version newer than ours is read as our newest, since versions only add fields at the end.

import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  ProtocolError,
} from '@samsa/protocol'
import type { PartitionName } from '../consumer/offset-lookup.ts'
import type { AssignorMember } from './assignors/assignor.ts'

/** The protocol type of consumer groups. */
export const PROTOCOL_TYPE = 'consumer'

const newest = 3

/** What a member subscribes to, to be written. */
export type Subscription = Omit<AssignorMember, 'memberId' | 'groupInstanceId'>

/** A subscription in `version`, which leaves out what the version does not have. */
export function writeSubscription(subscription: Subscription, version: number = newest): Buffer {
  const body = ConsumerProtocolSubscription.encode(version, {
    topics: subscription.topics,
    userData: subscription.userData,
    ownedPartitions: byTopic(subscription.owned),
    generationId: subscription.generationId,
    rackId: subscription.rackId ?? null,
  })
  return withVersion(version, body)
}

/** Reads a subscription of any version. Throws ProtocolError. */
export function readSubscription(bytes: Buffer): Subscription {
  const { value: fields } = ConsumerProtocolSubscription.decodeFrom(versionOf(bytes), bytes, 2)
  return {
    topics: fields.topics,
    owned: flat(fields.ownedPartitions),
    generationId: fields.generationId,
    rackId: fields.rackId ?? undefined,
    userData: fields.userData,
  }
}

/** An assignment in `version`. */
export function writeAssignment(
  partitions: readonly PartitionName[],
  version: number = newest,
): Buffer {
  const body = ConsumerProtocolAssignment.encode(version, {
    assignedPartitions: byTopic(partitions),
    userData: null,
  })
  return withVersion(version, body)
}

/** Reads an assignment; no bytes are no partitions. Throws ProtocolError. */
export function readAssignment(bytes: Buffer): PartitionName[] {
  if (bytes.length === 0) return []
  const { value } = ConsumerProtocolAssignment.decodeFrom(versionOf(bytes), bytes, 2)
  return flat(value.assignedPartitions)
}

/** Partitions as requests list them. */
export function byTopic(
  partitions: readonly PartitionName[],
): { topic: string; partitions: number[] }[] {
  const topics = Map.groupBy(partitions, ({ topic }) => topic)
  return [...topics].map(([topic, some]) => {
    return { topic, partitions: some.map(({ partition }) => partition).sort((a, b) => a - b) }
  })
}

function flat(
  lists: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
): PartitionName[] {
  return lists.flatMap(({ topic, partitions }) => {
    return partitions.map((partition) => ({ topic, partition }))
  })
}

function versionOf(bytes: Buffer): number {
  if (bytes.length < 2) throw new ProtocolError('Two bytes of a version are missing.')
  const version = bytes.readInt16BE(0)
  if (version < 0) throw new ProtocolError(`${version} is no version.`)
  return Math.min(version, newest)
}

function withVersion(version: number, body: Buffer): Buffer {
  const prefix = Buffer.alloc(2)
  prefix.writeInt16BE(version)
  return Buffer.concat([prefix, body])
}
