// The consumer protocol inside the classic one: subscriptions and assignments as classic consumers write and read them,
// in terms of topic ids. Versions newer than ours are read as ours: they only add fields at the end.

import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  KafkaError,
  ProtocolError,
} from '@samsa/protocol'
import { type Assignment, type PartitionLists, toLists } from './assignment.ts'
import type { Topics } from './topics.ts'

/** The newest version we know of both messages. */
const NEWEST = 3

/** What a classic consumer subscribes to. */
export interface Subscription {
  /** Sorted. */
  readonly topics: readonly string[]
  readonly owned: PartitionLists
  readonly rackId: string | null
}

/** Reads a subscription. Throws INCONSISTENT_GROUP_PROTOCOL for bytes that make no sense. */
export function readSubscription(topics: Topics, metadata: Buffer): Subscription {
  const fields = read(metadata, (version) =>
    ConsumerProtocolSubscription.decodeFrom(version, metadata, 2),
  )
  return {
    topics: [...new Set(fields.topics)].sort(),
    owned: idsOf(topics, fields.ownedPartitions),
    rackId: fields.rackId === '' ? null : fields.rackId,
  }
}

/** Reads an assignment; `userData` of an assignor of the client's own cannot be kept. */
export function readAssignment(
  topics: Topics,
  bytes: Buffer,
): { readonly assignment: Assignment; readonly hasUserData: boolean } {
  if (bytes.length === 0) return { assignment: new Map(), hasUserData: false }
  const fields = read(bytes, (version) => ConsumerProtocolAssignment.decodeFrom(version, bytes, 2))
  const lists = idsOf(topics, fields.assignedPartitions)
  const assignment = new Map(lists.map(({ topicId, partitions }) => [topicId, new Set(partitions)]))
  return { assignment, hasUserData: (fields.userData?.length ?? 0) > 0 }
}

/** Writes an assignment in the version of the member's own metadata. */
export function writeAssignment(topics: Topics, assignment: Assignment, metadata: Buffer): Buffer {
  const version = versionOf(metadata)
  const assignedPartitions = toLists(assignment).flatMap(({ topicId, partitions }) => {
    const topic = topics.nameOf(topicId)
    return topic === undefined ? [] : [{ topic, partitions }]
  })
  const body = ConsumerProtocolAssignment.encode(version, { assignedPartitions, userData: null })
  const prefix = Buffer.alloc(2)
  prefix.writeInt16BE(version)
  return Buffer.concat([prefix, body])
}

function versionOf(bytes: Buffer): number {
  return bytes.length < 2 ? 0 : Math.min(Math.max(bytes.readInt16BE(0), 0), NEWEST)
}

function read<T>(bytes: Buffer, decode: (version: number) => { value: T }): T {
  try {
    return decode(versionOf(bytes)).value
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause
    const message = `The consumer protocol's bytes make no sense: ${cause.message}`
    throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', message, { cause })
  }
}

function idsOf(
  topics: Topics,
  lists: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
): { topicId: string; partitions: readonly number[] }[] {
  return lists.flatMap(({ topic, partitions }) => {
    const topicId = topics.idOf(topic)
    return topicId === undefined ? [] : [{ topicId, partitions }]
  })
}
