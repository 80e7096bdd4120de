// SyncGroup (key 14): the leader hands in the assignments, everybody gets its own. The answer waits for the leader.

import { KafkaError, SyncGroup } from '@samsa/protocol'
import { NO_BYTES } from '../groups/classic/messages.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const syncGroup = handle(SyncGroup, (request, context) => {
  const refused = {
    protocolType: null as string | null,
    protocolName: null as string | null,
    assignment: NO_BYTES,
  }
  return settleAsync(refused, () => {
    const { protocolType, protocolName } = request
    // From version 5 on both must be there (KIP-559).
    if (context.version >= 5 && (protocolType === null || protocolName === null)) {
      throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', 'Protocol type and name are missing.')
    }
    context.authorize('Read', 'Group', request.groupId)
    return context.groups.syncGroup(request)
  })
})
