// Java's orders, which decide ties in its assignors: those of its hash maps, and of members by their identity. A group may
// mix our members with Java's, and any of them may lead, so equal input must give an equal assignment.

import { javaHashCode } from '@samsa/protocol'
import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { AssignorMember } from './assignor.ts'

/** As Java's HashMap iterates over entries that were put in this order: by bucket, then by age. */
export function inHashOrder<T>(items: readonly T[], hashOf: (item: T) => number): T[] {
  let buckets = 16
  while (items.length > buckets * 0.75) buckets *= 2
  const bucketOf = (item: T): number => {
    const hash = hashOf(item)
    return (hash ^ (hash >>> 16)) & (buckets - 1)
  }
  return [...items].sort((a, b) => bucketOf(a) - bucketOf(b))
}

/** The hash of Java's TopicPartition. */
export function hashOfPartition({ topic, partition }: PartitionName): number {
  return (Math.imul(31 + partition, 31) + javaHashCode(topic)) | 0
}

/** Members as a HashMap by member id has them. */
export function membersInHashOrder(members: readonly AssignorMember[]): AssignorMember[] {
  return inHashOrder(members, ({ memberId }) => javaHashCode(memberId))
}

/** Static members by their instance id, before dynamic ones by their member id. */
export function compareMembers(a: AssignorMember, b: AssignorMember): number {
  if (a.groupInstanceId !== undefined && b.groupInstanceId !== undefined) {
    return compareText(a.groupInstanceId, b.groupInstanceId)
  }
  if (a.groupInstanceId !== undefined) return -1
  if (b.groupInstanceId !== undefined) return 1
  return compareText(a.memberId, b.memberId)
}

/** By UTF-16 units, as Java compares. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
