// DescribeAcls (key 29): the access control entries that a filter means, by resource pattern.

import { DescribeAcls } from '@samsa/protocol'
import { type AclBinding, aclPatternType } from '../security/acl.ts'
import { requireAuthorizer, requireFilter } from './acl-requests.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'

/** Describes access control lists. */
export const describeAcls = handle(
  DescribeAcls,
  (request, context) => {
    context.authorize('Describe', 'Cluster', clusterResource)
    requireAuthorizer(context, 'No Authorizer is configured on the broker')
    const filter = {
      ...request,
      patternTypeFilter: request.patternTypeFilter ?? aclPatternType.literal,
    }
    requireFilter(filter)
    const bindings = context.administration.accessControlLists
      .describe(filter)
      // Prefixes came with version 1.
      .filter(({ patternType }) => context.version > 0 || patternType === aclPatternType.literal)
    const byPattern = Map.groupBy(bindings, patternKey)
    return {
      errorMessage: '',
      resources: [...byPattern.values()].flatMap((acls) => {
        const [first] = acls
        if (first === undefined) return []
        const { resourceType, resourceName, patternType } = first
        return [{ resourceType, resourceName, patternType, acls }]
      }),
    }
  },
  { failed: (_request, errorCode, errorMessage) => ({ errorCode, errorMessage, resources: [] }) },
)

function patternKey({ resourceType, patternType, resourceName }: AclBinding): string {
  return `${resourceType},${patternType},${resourceName}`
}
