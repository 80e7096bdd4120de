// Keeping a consumer group up to date with its subscriptions and the cluster's topics: when either has changed, the
// group's epoch goes up and the target assignment is computed anew. A pattern is matched at once: Apache Kafka does it in
// the background, and such a member has nothing, in epoch 1, until its next heartbeat.

import type { Turn } from '../../coordinators/state-machine.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerContext } from './context.ts'
import { resolveRegexes } from './regexes.ts'
import { updateTargetAssignment } from './target-assignment.ts'
import { metadataHash } from './topics.ts'

/** A group's first epoch: a member that is at 1 has never been assigned anything. */
const FIRST_EPOCH = 2

/** What made somebody look. */
export interface RefreshCause {
  readonly memberId: string
  readonly hasSubscriptionChanged: boolean
  mayDescribe(topic: string): boolean
  readonly request: string
}

/** Brings epoch and target assignment up to date. */
export function refreshGroup(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  cause: RefreshCause,
): void {
  const { version } = context.topics
  const { hasSubscriptionChanged } = cause
  const hasMetadataChanged = group.checkedMetadataVersion !== version
  if (hasSubscriptionChanged || hasMetadataChanged || group.groupEpoch === 0) {
    group.checkedMetadataVersion = version
    const regexChanged = resolveRegexes(context, turn, group, (topic) => cause.mayDescribe(topic))
    const hash = groupMetadataHash(context, group)
    if (
      hasSubscriptionChanged ||
      regexChanged ||
      hash !== group.metadataHash ||
      group.groupEpoch === 0
    ) {
      const reason = hasSubscriptionChanged
        ? 'A member subscribed to something else.'
        : 'The topics the group reads have changed.'
      bumpEpoch(context, turn, group, hash, { ...cause, reason })
    }
  }
  if (group.groupEpoch > group.assignmentEpoch && mayAssign(context, turn, group)) {
    updateTargetAssignment(context, turn, group)
  }
}

/** An assignment stands for a while, so that members which come together are assigned together (KIP-1263). */
function mayAssign(context: ConsumerContext, turn: Turn, group: ConsumerGroup): boolean {
  const { assignmentIntervalMs } = context.settings.ofConsumerGroup(group.groupId)
  const { assignedAtMs } = group
  const waitedMs = turn.nowMs - assignedAtMs
  // A clock that was put back must not stop a group.
  return assignedAtMs === 0 || waitedMs >= assignmentIntervalMs || waitedMs < 0
}

/** The next epoch: the target assignment is out of date. */
export function bumpEpoch(
  context: ConsumerContext,
  turn: Turn,
  group: ConsumerGroup,
  hash: bigint,
  cause: { readonly memberId: string; readonly reason: string; readonly request?: string },
): void {
  const { groupId } = group
  const epoch = group.groupEpoch === 0 ? FIRST_EPOCH : group.groupEpoch + 1
  context.write(turn, group, { kind: 'group-epoch', groupId, value: { epoch, metadataHash: hash } })
  if (group.hasPartitionMetadataRecord) {
    context.write(turn, group, { kind: 'partition-metadata', groupId, value: null })
  }
  const { memberId, reason, request } = cause
  context.explanations.note(groupId, {
    atMs: turn.nowMs,
    kind: 'rebalance',
    memberId,
    reason: `Epoch ${epoch}: ${reason}`,
    ...(request === undefined ? {} : { request }),
  })
}

/** The hash of everything the group's members subscribe to. */
export function groupMetadataHash(context: ConsumerContext, group: ConsumerGroup): bigint {
  const names = new Set<string>()
  for (const member of group.members.values()) {
    for (const name of group.subscriptions(member)) names.add(name)
  }
  return metadataHash(context.topics, names)
}
