// DescribeGroups (key 15): classic groups with their members. A group that does not exist is Dead; from version 6 on
// it is an error as well (KIP-1043).

import { DescribeGroups, errorCode } from '@samsa/protocol'
import type { DescribedClassicMember } from '../groups/group-listing.ts'
import { groupOperations } from './group-operations.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const describeGroups = handle(DescribeGroups, async (request, context) => {
  const isAsked = request.includeAuthorizedOperations
  const groups = await Promise.all(
    request.groups.map(async (groupId) => {
      const unknown = {
        groupId,
        groupState: '',
        protocolType: '',
        protocolData: '',
        members: [] as readonly DescribedClassicMember[],
        errorMessage: null as string | null,
      }
      const described = await settleAsync(unknown, async () => {
        context.authorize('Describe', 'Group', groupId)
        return context.groups.describeClassicGroup(groupId)
      })
      if (described.errorCode === errorCode('GROUP_ID_NOT_FOUND')) {
        const isError = context.version >= 6
        return {
          ...described,
          groupState: 'Dead',
          errorCode: isError ? described.errorCode : 0,
          errorMessage: isError ? described.errorMessage : null,
          authorizedOperations: groupOperations(context, groupId, isAsked),
        }
      }
      const errorMessage = context.version >= 6 ? described.errorMessage : null
      return {
        ...described,
        errorMessage,
        authorizedOperations: groupOperations(
          context,
          groupId,
          isAsked && described.errorCode === 0,
        ),
      }
    }),
  )
  return { groups }
})
