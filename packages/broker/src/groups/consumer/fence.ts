// Members that go: they left, or their time is over. The group's epoch goes up, and if nobody of the consumer protocol
// is left the group becomes a classic one.

import type { Turn } from '../../coordinators/state-machine.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { FenceReason } from './context.ts'
import { writeRemoval } from './heartbeat.ts'
import { downgrade, mayDowngrade, type MigrationContext } from './migration.ts'
import { endConsumerTimeouts } from './member-timeouts.ts'
import { bumpEpoch, groupMetadataHash } from './refresh.ts'

/** Takes members out of their group. */
export function fenceMembers(
  context: MigrationContext,
  turn: Turn,
  group: ConsumerGroup,
  memberIds: ReadonlySet<string>,
  why: FenceReason,
): void {
  const { groupId } = group
  for (const memberId of memberIds) {
    context.explanations.note(groupId, { atMs: turn.nowMs, memberId, ...why })
  }
  if (mayDowngrade(context, group, memberIds)) {
    for (const memberId of memberIds) endConsumerTimeouts(turn, { groupId, memberId })
    downgrade(context, turn, group, { leaving: memberIds, rebalance: true })
    return
  }
  for (const memberId of memberIds) writeRemoval(context, turn, group, memberId)
  for (const regex of group.regexes.keys()) {
    if (group.regexSubscribers(regex) > 0) continue
    context.write(turn, group, { kind: 'regex', groupId, regex, value: null })
  }
  const [memberId = ''] = memberIds
  const { reason, request } = why
  bumpEpoch(context, turn, group, groupMetadataHash(context, group), {
    memberId,
    reason: `A member is gone: ${reason}`,
    ...(request === undefined ? {} : { request }),
  })
  if (group.isEmpty) {
    // Nobody is left to assign anything to: the target is up to date as it is.
    const value = { assignmentEpoch: group.groupEpoch, timestampMs: 0 }
    context.write(turn, group, { kind: 'target-epoch', groupId, value })
  }
}
