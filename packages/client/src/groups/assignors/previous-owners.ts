// What members held before, as far as they can be believed: a member that was away may claim what others got meanwhile.
//
// Invariant: of two members that claim a partition, the one of the higher generation had it; of the same generation, both
// are wrong, and the partition counts as moving wherever it goes (KIP-792).

import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { AssignorMember } from './assignor.ts'
import type { PartitionTable } from './partition-table.ts'

/** What a member says it held; no generation: it does not say when. */
export interface Claim {
  readonly partitions: readonly PartitionName[]
  readonly generation: number | undefined
}

/** What is believed of all claims. */
export interface PreviousOwners {
  /** By member id, in the order of the members; every member is there. */
  readonly owned: Map<string, PartitionName[]>
  /** Claimed by several members of one generation. */
  readonly disputed: ReadonlySet<PartitionName>
  readonly maxGeneration: number
  readonly hasEqualSubscriptions: boolean
}

/** Sorts claims out. */
export function previousOwners(
  table: PartitionTable,
  members: readonly AssignorMember[],
  claimOf: (member: AssignorMember) => Claim,
): PreviousOwners {
  const owned = new Map<string, PartitionName[]>()
  const owners = new Map<PartitionName, AssignorMember>()
  const disputed = new Set<PartitionName>()
  let maxGeneration = -1
  for (const member of members) {
    const claim = claimOf(member)
    const generation = claim.generation ?? -1
    maxGeneration = Math.max(maxGeneration, generation)
    const mine: PartitionName[] = []
    owned.set(member.memberId, mine)
    for (const claimed of claim.partitions) {
      const partition = table.find(claimed)
      if (partition === undefined) continue
      const other = owners.get(partition)
      if (other !== undefined && generation < other.generationId) continue
      owners.set(partition, member)
      if (other !== undefined) remove(owned.get(other.memberId), partition)
      if (other !== undefined && generation === other.generationId) disputed.add(partition)
      else mine.push(partition)
    }
  }
  return { owned, disputed, maxGeneration, hasEqualSubscriptions: haveEqualTopics(members) }
}

/** Takes an item out of a list that may hold it. */
export function remove<T>(list: T[] | undefined, item: T): void {
  const index = list?.indexOf(item) ?? -1
  if (index >= 0) list?.splice(index, 1)
}

/** Java takes a member without topics, if it comes first, for one that wants everything; it shall get nothing. */
function haveEqualTopics([first, ...others]: readonly AssignorMember[]): boolean {
  const topics = new Set(first?.topics)
  return others.every((member) => {
    if (member.topics.length !== topics.size) return false
    return member.topics.every((topic) => topics.has(topic))
  })
}
