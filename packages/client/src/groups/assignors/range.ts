// The range assignor: of every topic, the subscribers in order get ranges of partitions of almost equal length. Topics with
// equally many partitions and the same subscribers are cut alike, so that equal partitions meet at one member.
//
// Racks (KIP-881) come second to balance and to that: where they are known and differ, partitions go first to members that
// share a rack with a replica, within the lengths that the plain ranges would have.

import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { Assignor, GroupAssignment, AssignorMember, TopicRacks } from './assignor.ts'
import { compareMembers, membersInHashOrder } from './java-order.ts'
import { usesRacks } from './racks.ts'

/** Ranges of each topic, as Java's RangeAssignor. */
export const rangeAssignor: Assignor = {
  name: 'range',
  protocol: 'eager',
  assign(topics: TopicRacks, members: readonly AssignorMember[]): GroupAssignment {
    const assignment: GroupAssignment = new Map(members.map(({ memberId }) => [memberId, []]))
    const ordered = membersInHashOrder(members)
    const cuts: TopicCut[] = []
    for (const [topic, racks] of topics) {
      const subscribers = ordered.filter((member) => member.topics.includes(topic))
      if (racks.length === 0 || subscribers.length === 0) continue
      cuts.push(new TopicCut(topic, racks, subscribers.sort(compareMembers), assignment))
    }
    if (cuts.some((cut) => cut.usesRacks)) {
      for (const alike of groupsAlike(cuts)) {
        if (alike.length > 1) assignTogether(alike)
        else if (alike[0]?.usesRacks === true) alike[0].assignRanges(true)
      }
    }
    for (const cut of cuts) cut.assignRanges(false)
    return assignment
  },
}

/** One topic, while its partitions are handed out. */
class TopicCut {
  readonly subscribers: readonly AssignorMember[]
  readonly usesRacks: boolean
  readonly #topic: string
  readonly #racks: TopicRacks extends ReadonlyMap<string, infer Racks> ? Racks : never
  readonly #assignment: GroupAssignment
  readonly #unassigned: Set<number>
  readonly #counts: Map<string, number>
  readonly #share: number
  /** Members that may still get one more than the share. */
  #extras: number

  constructor(
    topic: string,
    racks: readonly (readonly string[])[],
    subscribers: readonly AssignorMember[],
    assignment: GroupAssignment,
  ) {
    this.#topic = topic
    this.#racks = racks
    this.subscribers = subscribers
    this.#assignment = assignment
    this.#unassigned = new Set(racks.keys())
    this.#counts = new Map(subscribers.map(({ memberId }) => [memberId, 0]))
    this.#share = Math.floor(racks.length / subscribers.length)
    this.#extras = racks.length % subscribers.length
    this.usesRacks = usesRacks(subscribers, racks)
  }

  /** Topics with the same signature are cut alike. */
  get signature(): string {
    const racked = this.subscribers.map(({ memberId, rackId }) => [memberId, rackId ?? null])
    return JSON.stringify([this.partitionCount, racked])
  }

  get partitionCount(): number {
    return this.#racks.length
  }

  isNear({ rackId }: AssignorMember, partition: number): boolean {
    if (rackId === undefined || rackId === '') return true
    return this.#racks[partition]?.includes(rackId) === true
  }

  /** How many more the member may get. */
  room({ memberId }: AssignorMember): number {
    const most = this.#share + (this.#extras > 0 ? 1 : 0)
    return Math.max(0, most - (this.#counts.get(memberId) ?? 0))
  }

  assign({ memberId }: AssignorMember, partitions: readonly number[]): void {
    const names = partitions.map((partition): PartitionName => ({ topic: this.#topic, partition }))
    this.#assignment.get(memberId)?.push(...names)
    const count = (this.#counts.get(memberId) ?? 0) + partitions.length
    this.#counts.set(memberId, count)
    if (count > this.#share) this.#extras -= 1
    for (const partition of partitions) this.#unassigned.delete(partition)
  }

  assignRanges(onlyNear: boolean): void {
    for (const member of this.subscribers) {
      if (this.#unassigned.size === 0) return
      const open = [...this.#unassigned]
      const fitting = onlyNear ? open.filter((partition) => this.isNear(member, partition)) : open
      const range = fitting.slice(0, this.room(member))
      if (range.length > 0) this.assign(member, range)
    }
  }
}

function groupsAlike(cuts: readonly TopicCut[]): TopicCut[][] {
  return [...Map.groupBy(cuts, (cut) => cut.signature).values()]
}

/** Equal partitions of topics that are cut alike go to one member that is near to all of them. */
function assignTogether(cuts: readonly TopicCut[]): void {
  const [first] = cuts
  if (first === undefined) return
  // Where no member says its rack, the plain ranges do the same.
  if (first.subscribers.every(({ rackId }) => rackId === undefined || rackId === '')) return
  const remaining = [...first.subscribers]
  for (let partition = 0; partition < first.partitionCount; partition++) {
    const member = remaining.find((candidate) => {
      return cuts.every((cut) => cut.isNear(candidate, partition) && cut.room(candidate) > 0)
    })
    if (member === undefined) continue
    for (const cut of cuts) cut.assign(member, [partition])
    if (cuts.some((cut) => cut.room(member) > 0)) continue
    remaining.splice(remaining.indexOf(member), 1)
    if (remaining.length === 0) return
  }
}
