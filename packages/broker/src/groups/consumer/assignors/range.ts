// The range assignor: each topic's partitions are handed out in ranges, so that partition i of topics with equal
// partition counts tends to go to the same member. What a member has it keeps where that fits its share.

import {
  type AssignedMember,
  type AssignedTopic,
  type AssignorInput,
  isRackAware,
  subscribersByTopic,
  type TargetAssignment,
} from './assignor.ts'

/** Assigns by ranges, topic by topic. */
export function assignRange(input: AssignorInput): TargetAssignment {
  const result = new Map<string, Map<string, Set<number>>>()
  const useRacks = isRackAware(input)
  const subscribers = subscribersByTopic(input)
  for (const topicId of [...subscribers.keys()].sort()) {
    const topic = input.topics.get(topicId)
    const members = subscribers.get(topicId)
    if (topic === undefined || members === undefined) continue
    for (const [memberId, partitions] of assignTopic(topicId, topic, members, useRacks)) {
      if (partitions.size === 0) continue
      const topics = result.get(memberId)
      if (topics === undefined) result.set(memberId, new Map([[topicId, partitions]]))
      else topics.set(topicId, partitions)
    }
  }
  return result
}

function assignTopic(
  topicId: string,
  topic: AssignedTopic,
  members: readonly AssignedMember[],
  useRacks: boolean,
): Map<string, Set<number>> {
  const quota = Math.floor(topic.partitionCount / members.length)
  let extra = topic.partitionCount % members.length
  const assigned = new Map<string, Set<number>>()
  const taken = new Set<number>()
  const unfilled: { member: AssignedMember; missing: number }[] = []
  for (const member of members) {
    const current = [...(member.target.get(topicId) ?? [])]
      .filter((partition) => partition < topic.partitionCount && !taken.has(partition))
      .sort((left, right) => left - right)
    const keepsExtra = current.length > quota && extra > 0
    if (keepsExtra) extra -= 1
    const kept = current.slice(0, quota + (keepsExtra ? 1 : 0))
    for (const partition of kept) taken.add(partition)
    assigned.set(member.memberId, new Set(kept))
    if (!keepsExtra) unfilled.push({ member, missing: quota - kept.length })
  }
  const free: number[] = []
  for (let i = 0; i < topic.partitionCount; i++) if (!taken.has(i)) free.push(i)
  for (const each of unfilled) {
    if (extra === 0) break
    each.missing += 1
    extra -= 1
  }
  if (useRacks) takeByRack(topic, free, unfilled, assigned)
  for (const { member, missing } of unfilled) {
    const partitions = assigned.get(member.memberId)
    for (const partition of free.splice(0, missing)) partitions?.add(partition)
  }
  return assigned
}

/** Members first take from what has a replica in their rack. */
function takeByRack(
  topic: AssignedTopic,
  free: number[],
  unfilled: { member: AssignedMember; missing: number }[],
  assigned: ReadonlyMap<string, Set<number>>,
): void {
  for (const each of unfilled) {
    const { rackId, memberId } = each.member
    if (rackId === null) continue
    for (let i = 0; i < free.length && each.missing > 0; ) {
      const partition = free[i]
      if (partition !== undefined && topic.racks[partition]?.has(rackId) === true) {
        assigned.get(memberId)?.add(partition)
        free.splice(i, 1)
        each.missing -= 1
      } else {
        i += 1
      }
    }
  }
}
