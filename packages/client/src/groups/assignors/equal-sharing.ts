// Sticky assignment where all members subscribe to the same topics: everybody gets the same number, but for one more that
// some get where it does not come out even. The fast and usual case.
//
// Invariant: a member keeps what it had up to its share; if racks matter, as far as it is near to it.

import { assert } from '@samsa/world'
import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { GroupAssignment } from './assignor.ts'
import { compareText } from './java-order.ts'
import type { PartitionTable } from './partition-table.ts'
import type { PreviousOwners } from './previous-owners.ts'
import type { Racks } from './racks.ts'

/** Shares the partitions equally. */
export class EqualSharing {
  readonly #table: PartitionTable
  readonly #racks: Racks
  readonly #previous: PreviousOwners
  readonly #assignment: GroupAssignment = new Map()
  readonly #moving = new Map<PartitionName, string>()
  /** Owners that may have to give a partition up, because they have too many or are far. */
  readonly #maybeRevoked = new Map<PartitionName, string>()
  readonly #assigned = new Set<PartitionName>()
  /** Members with less than the smaller share. */
  #hungry: string[] = []
  /** Members with the smaller share that may get one more. */
  #content: string[] = []
  readonly #minShare: number
  readonly #maxShare: number
  readonly #expectedAboveMin: number
  #aboveMin = 0

  constructor(table: PartitionTable, racks: Racks, previous: PreviousOwners) {
    this.#table = table
    this.#racks = racks
    this.#previous = previous
    const partitionCount = table.all().length
    const memberCount = previous.owned.size
    this.#minShare = Math.floor(partitionCount / memberCount)
    this.#maxShare = Math.ceil(partitionCount / memberCount)
    this.#expectedAboveMin = partitionCount % memberCount
  }

  /** The assignment, and of what is taken from a living member, the new owners. */
  build(): {
    readonly assignment: GroupAssignment
    readonly moving: ReadonlyMap<PartitionName, string>
  } {
    for (const [memberId, owned] of this.#previous.owned) this.#keep(memberId, owned)
    const topics = this.#table.topics.sort(compareText)
    const all = this.#table.all(topics)
    const open = all.filter((partition) => !this.#assigned.has(partition))
    this.#hungry.sort(compareText)
    this.#content.sort(compareText)
    const ordered = this.#racks.fewestNearFirst(open)
    this.#assignInTurn(this.#racks.matter ? this.#assignNear(ordered) : ordered)
    return { assignment: this.#assignment, moving: this.#moving }
  }

  #keep(memberId: string, owned: readonly PartitionName[]): void {
    const near: PartitionName[] = []
    for (const partition of owned) {
      if (this.#racks.isFar(memberId, partition)) this.#maybeRevoked.set(partition, memberId)
      else if (!this.#previous.disputed.has(partition)) near.push(partition)
    }
    near.sort((a, b) => a.partition - b.partition || compareText(a.topic, b.topic))
    let share = near.length
    if (near.length < this.#minShare) {
      this.#hungry.push(memberId)
    } else if (near.length >= this.#maxShare && this.#aboveMin < this.#expectedAboveMin) {
      share = this.#maxShare
      this.#countAboveMin()
    } else {
      share = this.#minShare
      if (this.#aboveMin < this.#expectedAboveMin) this.#content.push(memberId)
    }
    const kept = near.slice(0, share)
    for (const partition of kept) this.#assigned.add(partition)
    for (const partition of near.slice(share)) this.#maybeRevoked.set(partition, memberId)
    this.#assignment.set(memberId, kept)
  }

  #countAboveMin(): void {
    this.#aboveMin += 1
    // Who has the smaller share has enough now.
    if (this.#aboveMin === this.#expectedAboveMin) this.#content = []
  }

  /** Gives partitions to members near to them; what is left found none with room. */
  #assignNear(partitions: readonly PartitionName[]): PartitionName[] {
    let next = 0
    return partitions.filter((partition) => {
      const index = this.#racks.nextNear(partition, this.#hungry, next)
      const memberId = this.#hungry[index]
      if (memberId === undefined) return !this.#assignToContent(partition)
      const isFed = this.#give(partition, memberId) >= this.#minShare
      next = isFed ? index : index + 1
      if (isFed) this.#feed(index, memberId)
      next = this.#hungry.length === 0 ? 0 : next % this.#hungry.length
      return false
    })
  }

  #feed(index: number, memberId: string): void {
    this.#hungry.splice(index, 1)
    const count = this.#assignment.get(memberId)?.length ?? 0
    if (count < this.#maxShare && this.#aboveMin < this.#expectedAboveMin) {
      this.#content.push(memberId)
    }
  }

  #assignToContent(partition: PartitionName): boolean {
    const index = this.#racks.nextNear(partition, this.#content, 0)
    const memberId = this.#content[index]
    if (memberId === undefined) return false
    if (this.#give(partition, memberId) === this.#maxShare) {
      this.#content.splice(index, 1)
      this.#countAboveMin()
    }
    return true
  }

  #assignInTurn(partitions: readonly PartitionName[]): void {
    let next = 0
    for (const partition of partitions) {
      if (next >= this.#hungry.length) next = 0
      const hungry = this.#hungry[next]
      if (hungry === undefined) {
        const memberId = this.#content.shift()
        assert(memberId !== undefined, 'the shares add up to all partitions')
        this.#give(partition, memberId)
        continue
      }
      next += 1
      if (this.#give(partition, hungry) !== this.#minShare) continue
      next -= 1
      this.#hungry.splice(next, 1)
      this.#content.push(hungry)
    }
  }

  /** How many the member has now. */
  #give(partition: PartitionName, memberId: string): number {
    const mine = this.#assignment.get(memberId)
    assert(mine !== undefined, 'every member has an assignment')
    mine.push(partition)
    const before = this.#maybeRevoked.get(partition)
    const isTaken = before !== undefined && before !== memberId
    if (isTaken || this.#previous.disputed.has(partition)) this.#moving.set(partition, memberId)
    return mine.length
  }
}
