// Partitions by topic id, as assignments: what a member should have, what it has and since which epoch.

/** Partitions by topic id (22-letter form). */
export type Assignment = ReadonlyMap<string, ReadonlySet<number>>

/** Partitions by topic id, each with the epoch at which the member was given it (KIP-1251). */
export type AssignedPartitions = ReadonlyMap<string, ReadonlyMap<number, number>>

/** Partitions as requests and responses list them. */
export type PartitionLists = readonly {
  readonly topicId: string
  readonly partitions: readonly number[]
}[]

export const NO_PARTITIONS: AssignedPartitions = new Map()
export const EMPTY_ASSIGNMENT: Assignment = new Map()

const ascending = (left: number, right: number): number => left - right

/** As lists, partitions in order. */
export function toLists(
  assignment: ReadonlyMap<string, { keys(): Iterable<number> }>,
): { topicId: string; partitions: number[] }[] {
  return Array.from(assignment, ([topicId, partitions]) => ({
    topicId,
    partitions: [...partitions.keys()].sort(ascending),
  }))
}

/** The partitions without their epochs. */
export function withoutEpochs(assigned: AssignedPartitions): Assignment {
  return new Map(
    Array.from(assigned, ([topicId, partitions]) => [topicId, new Set(partitions.keys())]),
  )
}

/** All partitions with one epoch. */
export function withEpoch(assignment: Assignment, epoch: number): AssignedPartitions {
  return new Map(
    Array.from(assignment, ([topicId, partitions]) => [
      topicId,
      new Map(Array.from(partitions, (partition) => [partition, epoch])),
    ]),
  )
}

export function sameAssignment(left: Assignment, right: Assignment): boolean {
  if (left.size !== right.size) return false
  for (const [topicId, partitions] of left) {
    const others = right.get(topicId)
    if (others === undefined || others.size !== partitions.size) return false
    for (const partition of partitions) if (!others.has(partition)) return false
  }
  return true
}

/** Whether the two name the same partitions; epochs do not matter. */
export function samePartitions(left: AssignedPartitions, right: AssignedPartitions): boolean {
  if (left.size !== right.size) return false
  for (const [topicId, partitions] of left) {
    const others = right.get(topicId)
    if (others === undefined || others.size !== partitions.size) return false
    for (const partition of partitions.keys()) if (!others.has(partition)) return false
  }
  return true
}

/** Whether everything in `owned` is assigned; false when nothing is known of what is owned. */
export function isSubset(owned: PartitionLists | null, assigned: AssignedPartitions): boolean {
  if (owned === null) return false
  return owned.every(({ topicId, partitions }) =>
    partitions.every((partition) => assigned.get(topicId)?.has(partition) === true),
  )
}
