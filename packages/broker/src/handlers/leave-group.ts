// LeaveGroup (key 13): members leave a classic group; from version 3 on several at once, also removed by an
// administrator through their instance ids (KIP-345).

import { LeaveGroup } from '@samsa/protocol'
import type { LeavingMember, LeftMember } from '../groups/classic/messages.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const leaveGroup = handle(LeaveGroup, async (request, context) => {
  const isBatched = context.version >= 3
  const leaving: readonly LeavingMember[] = isBatched
    ? request.members
    : [{ memberId: request.memberId, groupInstanceId: null, reason: null }]
  const left = await settleAsync({ members: [] as LeftMember[] }, async () => {
    context.authorize('Read', 'Group', request.groupId)
    return { members: await context.groups.leaveGroup(request.groupId, leaving) }
  })
  if (isBatched) return left
  return { errorCode: left.errorCode === 0 ? (left.members[0]?.errorCode ?? 0) : left.errorCode }
})
