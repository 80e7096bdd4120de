// Access control lists in kafkajs's numbers.

import type { AclBinding, AclFilter as ClientFilter } from '@samsa/client'
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  nameOf,
  ResourcePatternTypes,
} from './constants.ts'

/** An entry and what it is about. */
export interface AclEntry {
  readonly principal: string
  readonly host: string
  readonly operation: AclOperationTypes
  readonly permissionType: AclPermissionTypes
  readonly resourceType: AclResourceTypes
  readonly resourceName: string
  readonly resourcePatternType: ResourcePatternTypes
}

/** Which entries. */
export interface AclFilter {
  readonly resourceType: AclResourceTypes
  readonly resourceName?: string
  readonly resourcePatternType: ResourcePatternTypes
  readonly principal?: string
  readonly host?: string
  readonly operation: AclOperationTypes
  readonly permissionType: AclPermissionTypes
}

/** An entry for the client. */
export function bindingOf(entry: AclEntry): AclBinding {
  const { principal, host, resourceName } = entry
  return {
    principal,
    host,
    resourceName,
    operation: nameOf(AclOperationTypes, entry.operation) ?? 'UNKNOWN',
    permission: nameOf(AclPermissionTypes, entry.permissionType) ?? 'UNKNOWN',
    resourceType: nameOf(AclResourceTypes, entry.resourceType) ?? 'UNKNOWN',
    patternType: nameOf(ResourcePatternTypes, entry.resourcePatternType) ?? 'UNKNOWN',
  }
}

/** A filter for the client. */
export function filterOf(filter: AclFilter): ClientFilter {
  const { principal, host, resourceName } = filter
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(host === undefined ? {} : { host }),
    ...(resourceName === undefined ? {} : { resourceName }),
    operation: nameOf(AclOperationTypes, filter.operation) ?? 'UNKNOWN',
    permission: nameOf(AclPermissionTypes, filter.permissionType) ?? 'UNKNOWN',
    resourceType: nameOf(AclResourceTypes, filter.resourceType) ?? 'UNKNOWN',
    patternType: nameOf(ResourcePatternTypes, filter.resourcePatternType) ?? 'UNKNOWN',
  }
}

/** What the client names and kafkajs has no number for is unknown. */
function numberOf<Names extends Readonly<Record<string, number>>>(
  names: Names,
  name: string | undefined,
): Names[keyof Names] | 0 {
  return name === undefined ? 0 : ((names[name] as Names[keyof Names] | undefined) ?? 0)
}

/** An entry for the program. */
export function entryOf(binding: AclBinding): AclEntry {
  const { principal, host = '*', resourceName } = binding
  return {
    principal,
    host,
    resourceName,
    operation: numberOf(AclOperationTypes, binding.operation),
    permissionType: numberOf(AclPermissionTypes, binding.permission),
    resourceType: numberOf(AclResourceTypes, binding.resourceType),
    resourcePatternType: numberOf(ResourcePatternTypes, binding.patternType),
  }
}

/** Entries of one resource. */
export interface AclResource {
  readonly resourceType: AclResourceTypes
  readonly resourceName: string
  readonly resourcePatternType: ResourcePatternTypes
  readonly acls: readonly Pick<AclEntry, 'principal' | 'host' | 'operation' | 'permissionType'>[]
}

/** What `describeAcls` answers. */
export interface DescribeAclResponse {
  readonly throttleTime: number
  readonly errorCode: number
  readonly resources: readonly AclResource[]
}

/** What `deleteAcls` answers: for each filter what was deleted. */
export interface DeleteAclResponse {
  readonly throttleTime: number
  readonly filterResponses: readonly {
    readonly errorCode: number
    readonly matchingAcls: readonly (AclEntry & { readonly errorCode: number })[]
  }[]
}
