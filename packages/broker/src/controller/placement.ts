// Which brokers hold the replicas of new partitions. Round robin from a random start, so that leaders spread over all
// brokers; with racks known for all brokers, the replicas of a partition lie on as many racks as possible.

import { KafkaError } from '@samsa/protocol'
import type { Random } from '@samsa/world'

/** A broker that can take replicas. */
export interface PlaceableBroker {
  readonly id: number
  readonly rack: string | null
}

/** What to place. */
export interface Placement {
  readonly partitionCount: number
  readonly replicationFactor: number
  /** Number of the first partition, for a topic that grows. */
  readonly firstPartition?: number
}

/**
 * Replicas by partition, preferred leader first. Throws INVALID_REPLICATION_FACTOR when there are fewer brokers than
 * replicas.
 */
export function placeReplicas(
  random: Random,
  brokers: readonly PlaceableBroker[],
  { partitionCount, replicationFactor, firstPartition = 0 }: Placement,
): number[][] {
  if (replicationFactor > brokers.length) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `Unable to replicate the partition ${replicationFactor} time(s): The target replication ` +
        `factor of ${replicationFactor} cannot be reached because only ${brokers.length} ` +
        'broker(s) are registered.',
    )
  }
  const racks = new Map<number, string>()
  for (const { id, rack } of brokers) if (rack !== null) racks.set(id, rack)
  const rackAware = racks.size === brokers.length
  const ids = rackAware ? alternateRacks(brokers) : brokers.map(({ id }) => id)
  const rackCount = new Set(racks.values()).size
  const start = random.below(ids.length)
  let shift = random.below(ids.length)
  const assignment: number[][] = []
  for (let i = 0; i < partitionCount; i++) {
    const partition = firstPartition + i
    if (i > 0 && partition % ids.length === 0) shift++
    const first = (partition + start) % ids.length
    const order = followersInOrder(ids, first, shift)
    const replicas = rackAware
      ? spreadOverRacks(order, racks, rackCount, replicationFactor)
      : order.slice(0, replicationFactor)
    assignment.push(replicas)
  }
  return assignment
}

/** The brokers with those of one rack as far apart as possible: a1 b1 c1 a2 b2 c2. */
function alternateRacks(brokers: readonly PlaceableBroker[]): number[] {
  const byRack = new Map<string, number[]>()
  const sorted = [...brokers].sort((a, b) => a.id - b.id)
  for (const { id, rack } of sorted) {
    const ids = byRack.get(rack ?? '') ?? []
    ids.push(id)
    byRack.set(rack ?? '', ids)
  }
  const racks = [...byRack.keys()].sort().map((rack) => byRack.get(rack) ?? [])
  const longest = Math.max(...racks.map((ids) => ids.length))
  const alternated: number[] = []
  for (let i = 0; i < longest; i++) {
    for (const ids of racks) {
      const id = ids[i]
      if (id !== undefined) alternated.push(id)
    }
  }
  return alternated
}

/** The leader at `first`, then the others beginning `shift` places after it, so that followers spread as well. */
function followersInOrder(ids: readonly number[], first: number, shift: number): number[] {
  const count = ids.length
  const order = [ids[first] ?? -1]
  for (let j = 0; j < count - 1; j++) {
    order.push(ids[(first + 1 + ((shift + j) % (count - 1))) % count] ?? -1)
  }
  return order
}

/** The first brokers of `order` that bring a new rack while there is one, then the rest. */
function spreadOverRacks(
  order: readonly number[],
  racks: ReadonlyMap<number, string>,
  rackCount: number,
  replicationFactor: number,
): number[] {
  const replicas: number[] = []
  const used = new Set<string>()
  for (const id of order) {
    if (replicas.length === replicationFactor || used.size === rackCount) break
    const rack = racks.get(id) ?? ''
    if (used.has(rack)) continue
    used.add(rack)
    replicas.push(id)
  }
  for (const id of order) {
    if (replicas.length === replicationFactor) break
    if (!replicas.includes(id)) replicas.push(id)
  }
  return replicas
}
