// ListGroups (key 16): the groups this broker coordinates, filtered by state (KIP-518) and type (KIP-848).

import { errorCode, ListGroups } from '@samsa/protocol'
import { handle } from './handle.ts'

export const listGroups = handle(ListGroups, async (request, context) => {
  const filter = { states: request.statesFilter, types: request.typesFilter }
  const { groups, isComplete } = await context.groups.listGroups(filter)
  const seesAll = context.isAuthorized('Describe', 'Cluster', 'kafka-cluster')
  return {
    errorCode: isComplete ? 0 : errorCode('COORDINATOR_LOAD_IN_PROGRESS'),
    groups: seesAll
      ? groups
      : groups.filter(({ groupId }) => context.isAuthorized('Describe', 'Group', groupId)),
  }
})
