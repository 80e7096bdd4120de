// What the three requests about access control lists check alike.

import { KafkaError } from '@samsa/protocol'
import {
  type AclBinding,
  type AclFilter,
  aclOperation,
  aclPatternType,
  aclPermission,
  aclResourceType,
} from '../security/acl.ts'
import { clusterResource } from './authorized-operations.ts'
import type { RequestContext } from './request-context.ts'

/** Throws SECURITY_DISABLED, with Kafka's sentence, while nothing would look at access control lists. */
export function requireAuthorizer({ administration }: RequestContext, sentence: string): void {
  if (administration.authorizer.isConfigured) return
  throw new KafkaError('SECURITY_DISABLED', sentence)
}

/** Throws INVALID_REQUEST for a binding that cannot be stored. */
export function requireBinding(binding: AclBinding): void {
  const { resourceType, resourceName, patternType, operation, permissionType, principal } = binding
  const refuse = (message: string): never => {
    throw new KafkaError('INVALID_REQUEST', message)
  }
  if (!isAmong(aclResourceType, resourceType) || resourceType === aclResourceType.any) {
    refuse(`Invalid resourceType ${resourceType}`)
  }
  if (patternType !== aclPatternType.literal && patternType !== aclPatternType.prefixed) {
    refuse(`Invalid patternType ${patternType}`)
  }
  if (!isAmong(aclOperation, operation) || operation === aclOperation.any) {
    refuse(`Invalid operation ${operation}`)
  }
  if (permissionType !== aclPermission.allow && permissionType !== aclPermission.deny) {
    refuse(`Invalid permissionType ${permissionType}`)
  }
  if (resourceName === '') refuse('Invalid empty resource name')
  if (resourceType === aclResourceType.cluster && resourceName !== clusterResource) {
    refuse(`The only valid name for the CLUSTER resource is ${clusterResource}`)
  }
  if (!principal.includes(':')) {
    refuse(
      `Could not parse principal from \`${principal}\` (no colon is present separating the ` +
        'principal type from the principal name)',
    )
  }
}

/** Throws INVALID_REQUEST for a filter with numbers that mean nothing. */
export function requireFilter(filter: AclFilter): void {
  const known =
    isAmong(aclResourceType, filter.resourceTypeFilter) &&
    isAmong(aclPatternType, filter.patternTypeFilter) &&
    isAmong(aclOperation, filter.operation) &&
    isAmong(aclPermission, filter.permissionType)
  if (known) return
  throw new KafkaError('INVALID_REQUEST', 'The filter contains an unknown type or operation.')
}

function isAmong(numbers: Readonly<Record<string, number>>, value: number): boolean {
  return Object.values(numbers).includes(value)
}
