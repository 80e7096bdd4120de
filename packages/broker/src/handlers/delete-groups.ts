// DeleteGroups (key 42): removes empty groups with everything they committed.

import { DeleteGroups } from '@samsa/protocol'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const deleteGroups = handle(DeleteGroups, async (request, context) => {
  const results = await Promise.all(
    [...new Set(request.groupsNames)].map((groupId) =>
      settleAsync({ groupId }, async () => {
        context.authorize('Delete', 'Group', groupId)
        await context.groups.deleteGroup(groupId)
        return {}
      }),
    ),
  )
  return { results }
})
