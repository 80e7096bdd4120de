// Access control entries and the filters that find them: a resource pattern (KIP-290), and who may do what with it.

/** Kafka's numbers of resource types. */
export const aclResourceType = {
  any: 1,
  topic: 2,
  group: 3,
  cluster: 4,
  transactionalId: 5,
  delegationToken: 6,
  user: 7,
} as const

/** Kafka's numbers of pattern types. */
export const aclPatternType = { any: 1, match: 2, literal: 3, prefixed: 4 } as const

/** Kafka's numbers of operations. */
export const aclOperation = {
  any: 1,
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12,
  createTokens: 13,
  describeTokens: 14,
  twoPhaseCommit: 15,
} as const

/** Kafka's numbers of permissions. */
export const aclPermission = { any: 1, deny: 2, allow: 3 } as const

/** The name that stands for every resource, principal or host. */
export const wildcard = '*'

/** Which resources an entry is about. */
export interface ResourcePattern {
  readonly resourceType: number
  readonly resourceName: string
  /** Literal or prefixed. */
  readonly patternType: number
}

/** Who may, or may not, do what. */
export interface AccessControlEntry {
  /** Type and name, `User:alice`. */
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

/** An entry with its resources. */
export type AclBinding = ResourcePattern & AccessControlEntry

/** Which bindings are meant; null and 'any' match everything. */
export interface AclFilter {
  readonly resourceTypeFilter: number
  readonly resourceNameFilter: string | null
  readonly patternTypeFilter: number
  readonly principalFilter: string | null
  readonly hostFilter: string | null
  readonly operation: number
  readonly permissionType: number
}

/** Whether the filter means this binding. */
export function filterMatches(filter: AclFilter, binding: AclBinding): boolean {
  const { principalFilter, hostFilter, operation, permissionType } = filter
  return (
    patternMatches(filter, binding) &&
    (principalFilter === null || principalFilter === binding.principal) &&
    (hostFilter === null || hostFilter === binding.host) &&
    (operation === aclOperation.any || operation === binding.operation) &&
    (permissionType === aclPermission.any || permissionType === binding.permissionType)
  )
}

function patternMatches(filter: AclFilter, pattern: ResourcePattern): boolean {
  const { resourceTypeFilter: type, resourceNameFilter: name, patternTypeFilter } = filter
  const { any, match } = aclPatternType
  if (type !== aclResourceType.any && type !== pattern.resourceType) return false
  const isExact = patternTypeFilter !== any && patternTypeFilter !== match
  if (isExact && patternTypeFilter !== pattern.patternType) return false
  if (name === null) return true
  if (patternTypeFilter !== match) return name === pattern.resourceName
  return patternCovers(pattern, name)
}

/** Whether a resource of this name is one of the pattern's. */
export function patternCovers(
  { patternType, resourceName }: ResourcePattern,
  name: string,
): boolean {
  if (patternType === aclPatternType.prefixed) return name.startsWith(resourceName)
  return resourceName === name || resourceName === wildcard
}
