// The sticky assignors: as balanced as possible first, as little moved as possible second. `sticky` is eager, and its
// members tell what they had in bytes of its own; `cooperative-sticky` reads what they still have from the subscription,
// and holds back what moves until its owner has given it up (KIP-429).

import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { Assignor, GroupAssignment, AssignorMember, TopicRacks } from './assignor.ts'
import { Balancing } from './balancing.ts'
import { EqualSharing } from './equal-sharing.ts'
import { membersInHashOrder } from './java-order.ts'
import { PartitionTable } from './partition-table.ts'
import { type Claim, previousOwners, remove } from './previous-owners.ts'
import { Racks } from './racks.ts'
import { readClaim, readGeneration, writeClaim, writeGeneration } from './sticky-user-data.ts'

/** Sticky and eager, as Java's StickyAssignor. */
export const stickyAssignor: Assignor = {
  name: 'sticky',
  protocol: 'eager',
  userData: (owned, generationId) => (generationId < 0 ? null : writeClaim(owned, generationId)),
  assign: (topics, members) => assignSticky(topics, members, stickyClaim).assignment,
}

/** Sticky and cooperative, as Java's CooperativeStickyAssignor. */
export const cooperativeStickyAssignor: Assignor = {
  name: 'cooperative-sticky',
  protocol: 'cooperative',
  userData: (_, generationId) => writeGeneration(generationId),
  assign(topics, members) {
    const { assignment, moving } = assignSticky(topics, members, cooperativeClaim)
    for (const [partition, memberId] of moving) remove(assignment.get(memberId), partition)
    return assignment
  },
}

function stickyClaim({ userData }: AssignorMember): Claim {
  return readClaim(userData)
}

function cooperativeClaim({ owned, generationId, userData }: AssignorMember): Claim {
  if (generationId >= 0) return { partitions: owned, generation: generationId }
  return { partitions: owned, generation: readGeneration(userData) }
}

interface StickyAssignment {
  readonly assignment: GroupAssignment
  /** What is taken from a living member: the new owners. */
  readonly moving: ReadonlyMap<PartitionName, string>
}

function assignSticky(
  topics: TopicRacks,
  unordered: readonly AssignorMember[],
  claimOf: (member: AssignorMember) => Claim,
): StickyAssignment {
  const members = membersInHashOrder(unordered)
  const wanted = new Set(members.flatMap((member) => member.topics))
  const used = new Map([...topics].filter(([name, list]) => list.length > 0 && wanted.has(name)))
  const table = new PartitionTable(used)
  const racks = new Racks(used, members, table)
  const previous = previousOwners(table, members, claimOf)
  if (members.length === 0) return { assignment: new Map(), moving: new Map() }
  if (previous.hasEqualSubscriptions) return new EqualSharing(table, racks, previous).build()
  const assignment = new Balancing(table, racks, members, previous, claimOf).build()
  return { assignment, moving: takenFromOthers(table, members, assignment) }
}

/** Partitions that are new to their owner although another member holds them. */
function takenFromOthers(
  table: PartitionTable,
  members: readonly AssignorMember[],
  assignment: GroupAssignment,
): Map<PartitionName, string> {
  const added = new Map<PartitionName, string>()
  const revoked = new Set<PartitionName>()
  for (const { memberId, owned } of members) {
    const held = new Set(owned.map((partition) => table.find(partition)))
    const mine = new Set(assignment.get(memberId))
    for (const partition of mine) if (!held.has(partition)) added.set(partition, memberId)
    for (const partition of held) {
      if (partition !== undefined && !mine.has(partition)) revoked.add(partition)
    }
  }
  return new Map([...added].filter(([partition]) => revoked.has(partition)))
}
