// The uniform assignor: all partitions of the group are spread evenly over its members, and members keep what they
// have as far as balance allows. Invariant: members with the same subscription differ by at most one partition.

import {
  type AssignedMember,
  type AssignorInput,
  isRackAware,
  subscribersByTopic,
  type TargetAssignment,
} from './assignor.ts'

/** A member while its assignment is made. */
interface Filling {
  readonly member: AssignedMember
  readonly partitions: Map<string, Set<number>>
  count: number
}

type Place = readonly [topicId: string, partition: number]

/** Assigns evenly. */
export function assignUniform(input: AssignorInput): TargetAssignment {
  const fillings = input.members.map((member) => ({ member, partitions: new Map(), count: 0 }))
  const taken = retain(input, fillings)
  const free = freePlaces(input, taken)
  if (isHomogeneous(input)) fillEvenly(input, fillings, free)
  else fillLeastLoaded(input, fillings, free)
  return new Map(fillings.map(({ member, partitions }) => [member.memberId, partitions]))
}

function isHomogeneous({ members: [first, ...others] }: AssignorInput): boolean {
  if (first === undefined) return true
  const topics = first.subscribedTopicIds
  return others.every(
    ({ subscribedTopicIds }) =>
      subscribedTopicIds.size === topics.size &&
      [...subscribedTopicIds].every((topicId) => topics.has(topicId)),
  )
}

/** Everybody keeps what it has of the topics it subscribes to, up to its share where all shares are the same. */
function retain(input: AssignorInput, fillings: Filling[]): Map<string, Set<number>> {
  const taken = new Map<string, Set<number>>()
  const quotas = evenQuotas(input, fillings)
  const useRacks = isRackAware(input)
  for (const [index, filling] of fillings.entries()) {
    const quota = quotas?.[index] ?? Number.POSITIVE_INFINITY
    for (const [topicId, partitions] of filling.member.target) {
      const topic = input.topics.get(topicId)
      if (topic === undefined || !filling.member.subscribedTopicIds.has(topicId)) continue
      const takenOfTopic = taken.get(topicId) ?? new Set()
      taken.set(topicId, takenOfTopic)
      const kept = [...partitions].sort((left, right) => left - right)
      // What it has to give away should rather be what is far from it.
      const isFar = (partition: number): number => (isIn(topic.racks[partition], filling) ? 0 : 1)
      if (useRacks) kept.sort((left, right) => isFar(left) - isFar(right))
      for (const partition of kept) {
        if (filling.count >= quota) break
        if (partition >= topic.partitionCount || takenOfTopic.has(partition)) continue
        takenOfTopic.add(partition)
        give(filling, topicId, partition)
      }
    }
  }
  return taken
}

/** The number of partitions each member gets when all subscribe to the same; undefined when they do not. */
function evenQuotas(input: AssignorInput, fillings: readonly Filling[]): number[] | undefined {
  if (!isHomogeneous(input)) return undefined
  let total = 0
  for (const topicId of input.members[0]?.subscribedTopicIds ?? []) {
    total += input.topics.get(topicId)?.partitionCount ?? 0
  }
  const quota = Math.floor(total / fillings.length)
  let extra = total % fillings.length
  // Who has more than its share already is first to get one of the extra ones: fewer partitions move.
  const quotas = fillings.map(() => quota)
  const byTarget = fillings.map(({ member }, index) => ({ index, size: sizeOf(member.target) }))
  byTarget.sort((left, right) => right.size - left.size || left.index - right.index)
  for (const { index } of byTarget) {
    if (extra === 0) break
    quotas[index] = quota + 1
    extra -= 1
  }
  return quotas
}

function sizeOf(assignment: AssignedMember['target']): number {
  let size = 0
  for (const partitions of assignment.values()) size += partitions.size
  return size
}

function freePlaces(
  input: AssignorInput,
  taken: ReadonlyMap<string, ReadonlySet<number>>,
): Place[] {
  const subscribed = new Set(input.members.flatMap((member) => [...member.subscribedTopicIds]))
  const free: Place[] = []
  for (const topicId of [...subscribed].sort()) {
    const count = input.topics.get(topicId)?.partitionCount ?? 0
    for (let partition = 0; partition < count; partition++) {
      if (taken.get(topicId)?.has(partition) !== true) free.push([topicId, partition])
    }
  }
  return free
}

function give(filling: Filling, topicId: string, partition: number): void {
  const partitions = filling.partitions.get(topicId)
  if (partitions === undefined) filling.partitions.set(topicId, new Set([partition]))
  else partitions.add(partition)
  filling.count += 1
}

/** With equal subscriptions every member takes what its share lacks, from its own rack first. */
function fillEvenly(input: AssignorInput, fillings: Filling[], free: Place[]): void {
  const quotas = evenQuotas(input, fillings)
  const missing = fillings.map((filling, index) => (quotas?.[index] ?? 0) - filling.count)
  let rest = free
  if (isRackAware(input)) {
    rest = free.filter(([topicId, partition]) => {
      const racks = input.topics.get(topicId)?.racks[partition]
      const index = fillings.findIndex(
        ({ member }, at) =>
          (missing[at] ?? 0) > 0 && member.rackId !== null && racks?.has(member.rackId) === true,
      )
      const filling = fillings[index]
      if (filling === undefined) return true
      give(filling, topicId, partition)
      missing[index] = (missing[index] ?? 0) - 1
      return false
    })
  }
  let next = 0
  for (const [index, filling] of fillings.entries()) {
    for (let i = missing[index] ?? 0; i > 0; i--) {
      const place = rest[next++]
      if (place !== undefined) give(filling, ...place)
    }
  }
}

/** With unequal subscriptions whoever has least takes each free partition; then loads are evened out topic by topic. */
function fillLeastLoaded(input: AssignorInput, fillings: Filling[], free: readonly Place[]): void {
  const byId = new Map(fillings.map((filling) => [filling.member.memberId, filling]))
  const subscribers = new Map<string, Filling[]>()
  for (const [topicId, members] of subscribersByTopic(input)) {
    subscribers.set(
      topicId,
      members.flatMap(({ memberId }) => byId.get(memberId) ?? []),
    )
  }
  // Topics with few subscribers first: they have the least choice.
  const choice = (topicId: string): number => subscribers.get(topicId)?.length ?? 0
  const ordered = [...free].sort(([left], [right]) => choice(left) - choice(right))
  for (const [topicId, partition] of ordered) {
    const candidates = subscribers.get(topicId) ?? []
    const racks = input.topics.get(topicId)?.racks[partition]
    let best: Filling | undefined
    for (const candidate of candidates) {
      const isBetter =
        best === undefined ||
        candidate.count < best.count ||
        (candidate.count === best.count && isIn(racks, candidate) && !isIn(racks, best))
      if (isBetter) best = candidate
    }
    if (best !== undefined) give(best, topicId, partition)
  }
  evenOut(subscribers)
}

function isIn(racks: ReadonlySet<string> | undefined, { member }: Filling): boolean {
  return member.rackId !== null && racks?.has(member.rackId) === true
}

/** Each move brings two loads closer together, so this ends. */
function evenOut(subscribers: ReadonlyMap<string, readonly Filling[]>): void {
  for (let moved = true; moved; ) {
    moved = false
    for (const [topicId, fillings] of subscribers) {
      for (;;) {
        let most: Filling | undefined
        let least: Filling | undefined
        for (const filling of fillings) {
          const holds = (filling.partitions.get(topicId)?.size ?? 0) > 0
          if (holds && (most === undefined || filling.count > most.count)) most = filling
          if (least === undefined || filling.count < least.count) least = filling
        }
        if (most === undefined || least === undefined || most.count - least.count < 2) break
        const partitions = most.partitions.get(topicId)
        const partition = [...(partitions ?? [])].at(-1)
        if (partitions === undefined || partition === undefined) break
        partitions.delete(partition)
        if (partitions.size === 0) most.partitions.delete(topicId)
        most.count -= 1
        give(least, topicId, partition)
        moved = true
      }
    }
  }
}
