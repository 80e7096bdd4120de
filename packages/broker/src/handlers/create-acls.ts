// CreateAcls (key 30): adds access control entries.

import { CreateAcls } from '@samsa/protocol'
import { aclPatternType } from '../security/acl.ts'
import { requireAuthorizer, requireBinding } from './acl-requests.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Adds access control entries. */
export const createAcls = handle(
  CreateAcls,
  async (request, context) => {
    context.authorize('Alter', 'Cluster', clusterResource)
    requireAuthorizer(context, 'No Authorizer is configured.')
    return {
      results: await Promise.all(
        request.creations.map(({ resourcePatternType, ...entry }) =>
          settleAsync({ errorMessage: '' }, async () => {
            const patternType = resourcePatternType ?? aclPatternType.literal
            const binding = { ...entry, patternType }
            requireBinding(binding)
            await context.administration.accessControlLists.create(binding)
            return {}
          }),
        ),
      ),
    }
  },
  {
    failed: (request, errorCode, errorMessage) => ({
      results: request.creations.map(() => ({ errorCode, errorMessage })),
    }),
  },
)
