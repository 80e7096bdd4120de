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

function numberOf(names: Readonly<Record<string, number>>, name: string | undefined): number {
  return name === undefined ? 0 : (names[name] ?? 0)
}

/** An entry for the program. */
export function entryOf(binding: AclBinding) {
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
