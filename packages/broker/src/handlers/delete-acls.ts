// DeleteAcls (key 31): removes the access control entries that filters mean, and tells which those were.

import { DeleteAcls } from '@samsa/protocol'
import { aclPatternType } from '../security/acl.ts'
import { requireAuthorizer, requireFilter } from './acl-requests.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Removes access control entries. */
export const deleteAcls = handle(
  DeleteAcls,
  async (request, context) => {
    context.authorize('Alter', 'Cluster', clusterResource)
    requireAuthorizer(context, 'No Authorizer is configured.')
    return {
      filterResults: await Promise.all(
        request.filters.map((asked) =>
          settleAsync({ errorMessage: '', matchingAcls: [] }, async () => {
            const patternTypeFilter = asked.patternTypeFilter ?? aclPatternType.literal
            const filter = { ...asked, patternTypeFilter }
            requireFilter(filter)
            const deleted = await context.administration.accessControlLists.delete(filter)
            return { matchingAcls: deleted.map((acl) => ({ ...acl, errorMessage: '' })) }
          }),
        ),
      ),
    }
  },
  {
    failed: (request, errorCode, errorMessage) => ({
      filterResults: request.filters.map(() => ({ errorCode, errorMessage, matchingAcls: [] })),
    }),
  },
)
