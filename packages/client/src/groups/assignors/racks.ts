// Racks in assignments (KIP-881): which members are near to which partitions, and whether that matters at all.

import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { AssignorMember, TopicRacks } from './assignor.ts'
import type { PartitionTable } from './partition-table.ts'

/**
 * Racks matter where members say theirs, some replica is in one of them, and not every partition is in every rack. `racks`
 * are those of each partition.
 */
export function usesRacks(
  members: readonly AssignorMember[],
  racks: Iterable<readonly string[]>,
): boolean {
  const memberRacks = new Set(members.map(({ rackId }) => rackId ?? ''))
  memberRacks.delete('')
  if (memberRacks.size === 0) return false
  const all = [...racks].map((some) => new Set(some))
  const partitionRacks = new Set(all.flatMap((some) => [...some]))
  if (![...memberRacks].some((rack) => partitionRacks.has(rack))) return false
  return !all.every((some) => some.size === partitionRacks.size)
}

/** Racks of a whole assignment; where racks do not matter, every member is near to everything. */
export class Racks {
  /** Whether racks matter. */
  readonly matter: boolean
  readonly #members = new Map<string, string>()
  readonly #partitions = new Map<PartitionName, readonly string[]>()
  readonly #nearCounts = new Map<PartitionName, number>()

  constructor(topics: TopicRacks, members: readonly AssignorMember[], table: PartitionTable) {
    const membersByRack = new Map<string, number>()
    for (const { rackId = '' } of members) {
      if (rackId !== '') membersByRack.set(rackId, (membersByRack.get(rackId) ?? 0) + 1)
    }
    this.matter = usesRacks(members, [...topics.values()].flat())
    if (membersByRack.size === 0) return
    for (const partition of table.all()) {
      const racks = [...new Set(topics.get(partition.topic)?.[partition.partition])]
      if (this.matter) this.#partitions.set(partition, racks)
      const near = racks.reduce((sum, rack) => sum + (membersByRack.get(rack) ?? 0), 0)
      this.#nearCounts.set(partition, near)
    }
    if (!this.matter) return
    for (const { memberId, rackId = '' } of members) {
      if (rackId !== '') this.#members.set(memberId, rackId)
    }
  }

  /** Whether the member says its rack and no replica is in it. */
  isFar(memberId: string, partition: PartitionName): boolean {
    const rack = this.#members.get(memberId)
    return rack !== undefined && !this.#hasReplicaIn(partition, rack)
  }

  /** The first member from `start` on, around the list, that shares a rack with the partition; -1 for none. */
  nextNear(partition: PartitionName, members: readonly string[], start: number): number {
    for (let i = 0; i < members.length; i++) {
      const index = (start + i) % members.length
      const memberId = members[index] ?? ''
      if (this.#hasReplicaIn(partition, this.#members.get(memberId))) return index
    }
    return -1
  }

  #hasReplicaIn(partition: PartitionName, rack: string | undefined): boolean {
    return rack !== undefined && this.#partitions.get(partition)?.includes(rack) === true
  }

  /** Partitions with few members near to them first, so that they find one. */
  fewestNearFirst(partitions: readonly PartitionName[]): PartitionName[] {
    const nearTo = (partition: PartitionName): number => this.#nearCounts.get(partition) ?? 0
    return [...partitions].sort((a, b) => nearTo(a) - nearTo(b))
  }
}
