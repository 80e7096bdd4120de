// Sticky assignment where members subscribe to different topics: what is kept is kept, what is open goes to who has least,
// then single partitions move until nobody can give one to somebody who would still have less.
//
// Invariant: the balance never gets worse than it was after the open partitions had been handed out.

import { assert } from '@samsa/world'
import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { GroupAssignment, AssignorMember } from './assignor.ts'
import { compareText } from './java-order.ts'
import { PartitionMovements } from './partition-movements.ts'
import type { PartitionTable } from './partition-table.ts'
import { type Claim, type PreviousOwners, remove } from './previous-owners.ts'
import type { Racks } from './racks.ts'
import { SortedMembers } from './sorted-members.ts'

/** Balances one assignment. */
export class Balancing {
  readonly #table: PartitionTable
  readonly #racks: Racks
  readonly #members: readonly AssignorMember[]
  readonly #assignment: GroupAssignment
  readonly #owners = new Map<PartitionName, string>()
  /** Member ids by topic. */
  readonly #subscribers = new Map<string, string[]>()
  /** Existing topics by member id. */
  readonly #topics = new Map<string, readonly string[]>()
  readonly #sorted: SortedMembers
  readonly #movements = new PartitionMovements()
  /** Who had a partition in an earlier generation, before its last owner. */
  readonly #earlier: ReadonlyMap<PartitionName, string>
  #hasRevoked = false

  constructor(
    table: PartitionTable,
    racks: Racks,
    members: readonly AssignorMember[],
    previous: PreviousOwners,
    claimOf: (member: AssignorMember) => Claim,
  ) {
    this.#table = table
    this.#racks = racks
    this.#members = members
    this.#assignment = previous.owned
    this.#earlier = earlierOwners(table, members, previous.maxGeneration, claimOf)
    for (const topic of table.topics) this.#subscribers.set(topic, [])
    for (const { memberId, topics } of members) {
      const existing = topics.filter((topic) => table.has(topic))
      this.#topics.set(memberId, existing)
      for (const topic of existing) this.#subscribers.get(topic)?.push(memberId)
    }
    this.#sorted = new SortedMembers((memberId) => this.#countOf(memberId))
  }

  build(): GroupAssignment {
    const topics = this.#table.topics.sort((a, b) => {
      return this.#subscribersOf(a).length - this.#subscribersOf(b).length || compareText(a, b)
    })
    const all = this.#table.all(topics)
    const kept = this.#keep()
    const open = all.filter((partition) => !kept.has(partition))
    for (const memberId of this.#assignment.keys()) this.#sorted.add(memberId)
    const isFresh = this.#countOf(this.#sorted.last ?? '') === 0
    this.#assignOpen(open)
    this.#balance(all, open, isFresh)
    return this.#assignment
  }

  #countOf(memberId: string): number {
    return this.#assignment.get(memberId)?.length ?? 0
  }

  #subscribersOf(topic: string): readonly string[] {
    return this.#subscribers.get(topic) ?? []
  }

  /** Members keep what they still want and are not far from. */
  #keep(): Set<PartitionName> {
    const kept = new Set<PartitionName>()
    for (const { memberId, topics } of this.#members) {
      const owned = this.#assignment.get(memberId) ?? []
      const mine = owned.filter((partition) => {
        return topics.includes(partition.topic) && !this.#racks.isFar(memberId, partition)
      })
      if (mine.length < owned.length) this.#hasRevoked = true
      this.#assignment.set(memberId, mine)
      for (const partition of mine) {
        kept.add(partition)
        this.#owners.set(partition, memberId)
      }
    }
    return kept
  }

  #assignOpen(open: readonly PartitionName[]): void {
    const isNear = (memberId: string, partition: PartitionName): boolean => {
      return !this.#racks.isFar(memberId, partition)
    }
    const rest = this.#racks.matter
      ? open.filter((partition) => !this.#assign(partition, isNear))
      : open
    for (const partition of rest) this.#assign(partition, () => true)
  }

  #assign(
    partition: PartitionName,
    fits: (memberId: string, partition: PartitionName) => boolean,
  ): boolean {
    for (const memberId of this.#sorted) {
      if (this.#topics.get(memberId)?.includes(partition.topic) !== true) continue
      if (!fits(memberId, partition)) continue
      this.#sorted.remove(memberId)
      this.#assignment.get(memberId)?.push(partition)
      this.#owners.set(partition, memberId)
      this.#sorted.add(memberId)
      return true
    }
    return false
  }

  #balance(all: readonly PartitionName[], open: readonly PartitionName[], isFresh: boolean): void {
    const canMove = ({ topic }: PartitionName): boolean => this.#subscribersOf(topic).length >= 2
    const fixed = new Map<string, PartitionName[]>()
    for (const memberId of this.#topics.keys()) {
      const mine = this.#assignment.get(memberId) ?? []
      if (mine.length < this.#mostFor(memberId) || mine.some(canMove)) continue
      this.#sorted.remove(memberId)
      this.#assignment.delete(memberId)
      fixed.set(memberId, mine)
    }
    const before = new Map([...this.#assignment].map(([memberId, mine]) => [memberId, [...mine]]))
    // Where nothing had to be given up, it may be enough to move what is new.
    if (!this.#hasRevoked) this.#reassign(open.filter(canMove))
    const hasMoved = this.#reassign(all.filter(canMove))
    if (!isFresh && hasMoved && scoreOf(this.#assignment) >= scoreOf(before)) {
      for (const [memberId, mine] of before) this.#assignment.set(memberId, mine)
    }
    for (const [memberId, mine] of fixed) this.#assignment.set(memberId, mine)
  }

  #mostFor(memberId: string): number {
    const topics = this.#topics.get(memberId) ?? []
    return topics.reduce((sum, topic) => sum + this.#table.of(topic).length, 0)
  }

  /** Moves partitions until balance, or until nothing more helps; whether any moved. */
  #reassign(partitions: readonly PartitionName[]): boolean {
    let hasMoved = false
    for (let again = true; again; ) {
      again = false
      for (const partition of partitions) {
        if (this.#isBalanced()) break
        if (!this.#improve(partition)) continue
        again = true
        hasMoved = true
      }
    }
    return hasMoved
  }

  #improve(partition: PartitionName): boolean {
    const owner = this.#owners.get(partition)
    assert(owner !== undefined, 'a partition with two subscribers has an owner')
    const isLighter = (memberId: string): boolean => {
      return this.#assignment.has(memberId) && this.#countOf(owner) > this.#countOf(memberId) + 1
    }
    const earlier = this.#earlier.get(partition)
    if (earlier !== undefined && isLighter(earlier)) {
      this.#move(partition, owner, earlier)
      return true
    }
    if (!this.#subscribersOf(partition.topic).some(isLighter)) return false
    this.#moveToLightest(partition, owner)
    return true
  }

  #moveToLightest(partition: PartitionName, owner: string): void {
    for (const memberId of this.#sorted) {
      if (this.#topics.get(memberId)?.includes(partition.topic) !== true) continue
      this.#move(partition, owner, memberId)
      return
    }
  }

  #move(partition: PartitionName, owner: string, to: string): void {
    const moved = this.#movements.better(partition, owner, to)
    const from = this.#owners.get(moved)
    assert(from !== undefined, 'what has moved has an owner')
    this.#sorted.remove(from)
    this.#sorted.remove(to)
    this.#movements.record(moved, from, to)
    remove(this.#assignment.get(from), moved)
    this.#assignment.get(to)?.push(moved)
    this.#owners.set(moved, to)
    this.#sorted.add(to)
    this.#sorted.add(from)
  }

  #isBalanced(): boolean {
    const { first, last } = this.#sorted
    if (first === undefined || last === undefined) return true
    if (this.#countOf(first) >= this.#countOf(last) - 1) return true
    for (const memberId of this.#sorted) {
      const count = this.#countOf(memberId)
      if (count === this.#mostFor(memberId)) continue
      for (const topic of this.#topics.get(memberId) ?? []) {
        for (const partition of this.#table.of(topic)) {
          const owner = this.#owners.get(partition)
          if (owner === undefined || owner === memberId) continue
          if (count + 1 < this.#countOf(owner)) return false
        }
      }
    }
    return true
  }
}

/** The sum of all differences between two members. */
function scoreOf(assignment: GroupAssignment): number {
  const counts = [...assignment.values()].map(({ length }) => length).sort((a, b) => a - b)
  // In ascending order each count is subtracted from all above it, and has all below subtracted from itself.
  return counts.reduce((score, count, i) => score + count * (2 * i - counts.length + 1), 0)
}

/** The latest owners before the newest generation. */
function earlierOwners(
  table: PartitionTable,
  members: readonly AssignorMember[],
  maxGeneration: number,
  claimOf: (member: AssignorMember) => Claim,
): Map<PartitionName, string> {
  const earlier = new Map<PartitionName, { readonly memberId: string; readonly at: number }>()
  for (const member of members) {
    const { partitions, generation: at = -1 } = claimOf(member)
    if (at >= maxGeneration) continue
    for (const claimed of partitions) {
      const partition = table.find(claimed)
      if (partition === undefined || (earlier.get(partition)?.at ?? -2) >= at) continue
      earlier.set(partition, { memberId: member.memberId, at })
    }
  }
  return new Map([...earlier].map(([partition, { memberId }]) => [partition, memberId]))
}
