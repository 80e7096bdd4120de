// One step of a member towards its target, written down, with the time it has to give up partitions.

import { assert } from '@samsa/world'
import type { Turn } from '../../coordinators/state-machine.ts'
import type { PartitionLists } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { type ConsumerMember, isReconciledTo, sameProgress } from './consumer-member.ts'
import type { ConsumerContext } from './context.ts'
import { reconcile } from './current-assignment.ts'
import { endRevocation, expectRevocation } from './member-timeouts.ts'

/** Does the step; returns the member as it is then. */
export function reconcileMember(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  memberId: string,
  heartbeat: { readonly hasSubscriptionChanged: boolean; readonly owned: PartitionLists | null },
): ConsumerMember {
  const member = memberOf(group, memberId)
  const { groupId, assignmentEpoch } = group
  if (!heartbeat.hasSubscriptionChanged && isReconciledTo(member, assignmentEpoch)) return member
  const subscribed = group.subscriptions(member)
  const progress = reconcile(member, {
    ...heartbeat,
    targetEpoch: assignmentEpoch,
    target: group.target(memberId),
    isSubscribedTo: (topicId) => subscribed.has(context.topics.nameOf(topicId) ?? ''),
    isHeld: (topicId, partition) => group.isHeld(topicId, partition),
  })
  if (sameProgress(progress, member)) return member
  context.write(turn, group, { kind: 'current-member', groupId, memberId, value: progress })
  const after = memberOf(group, memberId)
  if (after.classic === null && after.state === 'unrevoked-partitions') {
    const { memberEpoch, rebalanceTimeoutMs: timeoutMs } = after
    expectRevocation(context, turn, { groupId, memberId }, { memberEpoch, timeoutMs })
  } else {
    endRevocation(turn, { groupId, memberId })
  }
  return after
}

function memberOf(group: ConsumerGroup, memberId: string): ConsumerMember {
  const member = group.members.get(memberId)
  assert(member !== undefined, 'a member that heartbeats has been written to its group')
  return member
}
