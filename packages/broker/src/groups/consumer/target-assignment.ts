// The target assignment of a consumer group: computed by an assignor of the broker whenever the group's epoch has moved
// on, written as what changed.

import { KafkaError } from '@samsa/protocol'
import type { Turn } from '../../coordinators/state-machine.ts'
import { EMPTY_ASSIGNMENT, sameAssignment } from './assignment.ts'
import type { Assignor, AssignedMember, AssignedTopic } from './assignors/assignor.ts'
import { assignRange } from './assignors/range.ts'
import { assignUniform } from './assignors/uniform.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import type { ConsumerContext } from './context.ts'

/** The assignors there are. */
const ASSIGNORS: Readonly<Record<string, Assignor>> = { uniform: assignUniform, range: assignRange }

/** Throws UNSUPPORTED_ASSIGNOR for one that is not there or not allowed by `group.consumer.assignors`. */
export function checkAssignor(context: ConsumerContext, name: string): void {
  const { consumerAssignors } = context.settings
  if (consumerAssignors.includes(name) && ASSIGNORS[name] !== undefined) return
  const message = `ServerAssignor ${name} is not supported. Supported assignors: ${consumerAssignors.join(', ')}.`
  throw new KafkaError('UNSUPPORTED_ASSIGNOR', message)
}

/** Computes the assignment for the group's epoch and writes what is different. */
export function updateTargetAssignment(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
): void {
  const { groupId } = group
  const { name, assignor } = preferredAssignor(context, group)
  const members = assignedMembers(context, group)
  const topics = new Map<string, AssignedTopic>()
  for (const { subscribedTopicIds } of members) {
    for (const topicId of subscribedTopicIds) {
      const topic = topics.has(topicId) ? undefined : context.topics.describe(topicId)
      if (topic !== undefined) topics.set(topicId, topic)
    }
  }
  const target = members.length === 0 ? new Map() : assignor({ members, topics })
  for (const { memberId } of members) {
    const next = target.get(memberId) ?? EMPTY_ASSIGNMENT
    const known = group.targets.get(memberId)
    if (known !== undefined && sameAssignment(known, next)) continue
    context.write(turn, group, { kind: 'target-member', groupId, memberId, value: next })
  }
  const assignmentEpoch = group.groupEpoch
  const value = { assignmentEpoch, timestampMs: turn.nowMs }
  context.write(turn, group, { kind: 'target-epoch', groupId, value })
  context.explanations.note(groupId, {
    atMs: turn.nowMs,
    kind: 'assigned',
    reason: `The ${name} assignor made the assignment of epoch ${assignmentEpoch}.`,
  })
}

/** The assignor most members ask for; the first configured one where nobody asks. */
function preferredAssignor(
  context: ConsumerContext,
  group: ConsumerGroup,
): { name: string; assignor: Assignor } {
  const votes = new Map<string, number>()
  for (const { serverAssignor } of group.members.values()) {
    if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1)
  }
  let name = context.settings.consumerAssignors.find((known) => ASSIGNORS[known] !== undefined)
  let most = 0
  for (const [candidate, count] of votes) {
    if (count > most && ASSIGNORS[candidate] !== undefined) {
      name = candidate
      most = count
    }
  }
  const assignor = ASSIGNORS[name ?? 'uniform'] ?? assignUniform
  return { name: name ?? 'uniform', assignor }
}

/** Name of the assignor the group uses. */
export function preferredAssignorName(context: ConsumerContext, group: ConsumerGroup): string {
  return preferredAssignor(context, group).name
}

/** Members in an order that does not change when static ones come back under another id. */
function assignedMembers(context: ConsumerContext, group: ConsumerGroup): AssignedMember[] {
  const order = (member: ConsumerMember): string =>
    member.instanceId === null ? `1${member.memberId}` : `0${member.instanceId}`
  return [...group.members.values()]
    .map((member) => ({ member, key: order(member) }))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ member }) => {
      const subscribedTopicIds = new Set<string>()
      for (const name of group.subscriptions(member)) {
        const topicId = context.topics.idOf(name)
        if (topicId !== undefined) subscribedTopicIds.add(topicId)
      }
      const { memberId, rackId } = member
      return { memberId, rackId, subscribedTopicIds, target: group.target(memberId) }
    })
}
