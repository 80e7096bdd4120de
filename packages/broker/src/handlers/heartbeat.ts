// Heartbeat (key 12): a member of a classic group is alive, and learns whether it has to join again.

import { Heartbeat } from '@samsa/protocol'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const heartbeat = handle(Heartbeat, (request, context) =>
  settleAsync({}, async () => {
    context.authorize('Read', 'Group', request.groupId)
    await context.groups.heartbeat(request)
    return {}
  }),
)
