// What an assignor of the broker is given and gives. Assignors are pure and deterministic: members come in order of
// their ids (static ones by instance id), so the same group gets the same assignment.

import type { Assignment } from '../assignment.ts'

/** A member as assignors see it. */
export interface AssignedMember {
  readonly memberId: string
  readonly rackId: string | null
  /** Topics that exist, by id. */
  readonly subscribedTopicIds: ReadonlySet<string>
  /** Its present target. */
  readonly target: Assignment
}

/** A topic as assignors see it. */
export interface AssignedTopic {
  readonly partitionCount: number
  /** Racks of the replicas of a partition, by partition; empty when no broker names a rack. */
  readonly racks: readonly ReadonlySet<string>[]
}

/** The group to assign. */
export interface AssignorInput {
  readonly members: readonly AssignedMember[]
  /** By id. */
  readonly topics: ReadonlyMap<string, AssignedTopic>
}

/** Partitions by member id; members without any may be missing. */
export type TargetAssignment = ReadonlyMap<string, Assignment>

/** A server-side assignor. */
export type Assignor = (input: AssignorInput) => TargetAssignment

/** Members that subscribe to each topic, in order. */
export function subscribersByTopic(input: AssignorInput): Map<string, AssignedMember[]> {
  const subscribers = new Map<string, AssignedMember[]>()
  for (const member of input.members) {
    for (const topicId of member.subscribedTopicIds) {
      const known = subscribers.get(topicId)
      if (known === undefined) subscribers.set(topicId, [member])
      else known.push(member)
    }
  }
  return subscribers
}

/** Whether placing by racks can make a difference: members and replicas name them, and not all replicas are everywhere. */
export function isRackAware(input: AssignorInput): boolean {
  const racks = new Set<string>()
  for (const { rackId } of input.members) if (rackId !== null) racks.add(rackId)
  if (racks.size === 0) return false
  for (const topic of input.topics.values()) {
    for (const replicas of topic.racks) {
      const here = [...racks].filter((rack) => replicas.has(rack)).length
      if (here > 0 && here < racks.size) return true
    }
  }
  return false
}
