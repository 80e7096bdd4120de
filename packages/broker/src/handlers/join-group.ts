// JoinGroup (key 11): a member joins a classic group, or joins again. The answer waits until the join phase is over.
// MEMBER_ID_REQUIRED is sent from version 4 on only (KIP-394): older clients would not come back.

import { JoinGroup } from '@samsa/protocol'
import { refusedJoin } from '../groups/classic/rebalance.ts'
import { clientOf } from './client-of.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const joinGroup = handle(JoinGroup, async (request, context) => {
  const { version } = context
  const answer = await settleAsync(refusedJoin(request.memberId, 0), () => {
    context.authorize('Read', 'Group', request.groupId)
    return context.groups.joinGroup({
      ...clientOf(context),
      groupId: request.groupId,
      memberId: request.memberId,
      groupInstanceId: request.groupInstanceId,
      protocolType: request.protocolType,
      protocols: request.protocols,
      sessionTimeoutMs: request.sessionTimeoutMs,
      rebalanceTimeoutMs: version === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
      reason: request.reason,
      requiresKnownMemberId: version >= 4,
      supportsSkippingAssignment: version >= 9,
    })
  })
  // The name is nullable from version 7 on (KIP-559).
  return { ...answer, protocolName: answer.protocolName ?? (version >= 7 ? null : '') }
})
