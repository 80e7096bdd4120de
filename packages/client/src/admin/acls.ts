// Access control lists: bindings of a principal and an operation to a resource, created, described and deleted by filters.

import { CreateAcls, DeleteAcls, DescribeAcls } from '@samsa/protocol'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, outcomeOf } from './errand.ts'
import { type AclOperation, operationCode, operationOf } from './operations.ts'
import type { Results } from './results.ts'
import { toAnyBroker, toController } from './routes.ts'

const resourceTypes = [
  'UNKNOWN',
  'ANY',
  'TOPIC',
  'GROUP',
  'CLUSTER',
  'TRANSACTIONAL_ID',
  'DELEGATION_TOKEN',
  'USER',
] as const
const patternTypes = ['UNKNOWN', 'ANY', 'MATCH', 'LITERAL', 'PREFIXED'] as const
const permissions = ['UNKNOWN', 'ANY', 'DENY', 'ALLOW'] as const

/** What an ACL protects; ANY in filters only. */
export type AclResourceType = (typeof resourceTypes)[number]

/** How a resource's name is meant; ANY and MATCH (all that apply to the name) in filters only. */
export type AclPatternType = (typeof patternTypes)[number]

/** What an ACL does; ANY in filters only. */
export type AclPermission = (typeof permissions)[number]

/** One access control entry on one resource pattern. */
export interface AclBinding {
  readonly resourceType: AclResourceType
  /** `*` stands for all; `kafka-cluster` is the cluster. */
  readonly resourceName: string
  /** LITERAL when absent. */
  readonly patternType?: AclPatternType
  /** `User:alice`, or `User:*`. */
  readonly principal: string
  /** An address, or `*`, as when absent. */
  readonly host?: string
  readonly operation: AclOperation
  readonly permission: AclPermission
}

/** Bindings that agree with everything that is said here. */
export type AclFilter = { readonly [Key in keyof AclBinding]?: AclBinding[Key] }

/** Admin calls about access control lists. SECURITY_DISABLED where the cluster has no authorizer. */
export class AclAdmin {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Adds bindings; the results are by the place of the binding. */
  create(
    bindings: readonly AclBinding[],
    options: AdminCallOptions = {},
  ): Results<number, AclBinding> {
    return this.#desk.run<number, number, AclBinding>(
      {
        items: bindings.map((_, index) => index),
        keyOf: (index) => index,
        nameOf: (index) => `ACL ${sentence(bindings[index] ?? {})}`,
        route: toController(this.#desk.cluster),
        ask: async (link, part) => {
          const chosen = part.flatMap((index) => bindings[index] ?? [])
          const answer = await link.send(CreateAcls, {
            creations: chosen.map((binding) => ({
              resourceType: resourceTypes.indexOf(binding.resourceType),
              resourceName: binding.resourceName,
              resourcePatternType: patternTypes.indexOf(binding.patternType ?? 'LITERAL'),
              principal: binding.principal,
              host: binding.host ?? '*',
              operation: operationCode(binding.operation),
              permissionType: permissions.indexOf(binding.permission),
            })),
          })
          return new Map(
            answer.results.flatMap((result, place) => {
              const [index, binding] = [part[place], chosen[place]]
              if (index === undefined || binding === undefined) return []
              return [[index, outcomeOf(result, binding)] as const]
            }),
          )
        },
      },
      options,
    )
  }

  /** Bindings that match a filter; all when it is empty. */
  async describe(filter: AclFilter = {}, options?: AdminCallOptions): Promise<AclBinding[]> {
    return await this.#desk.runOne(
      {
        name: named(filter),
        route: toAnyBroker(this.#desk.cluster),
        ask: async (link) => {
          const answer = await link.send(DescribeAcls, wireFilter(filter))
          checkCode(answer.errorCode, answer.errorMessage)
          return answer.resources.flatMap(({ acls, ...resource }) => {
            return acls.map((acl) => bindingOf({ ...resource, ...acl }))
          })
        },
      },
      options,
    )
  }

  /** Deletes all bindings that match a filter; the results are by the place of the filter: what was deleted. */
  delete(
    filters: readonly AclFilter[],
    options: AdminCallOptions = {},
  ): Results<number, readonly AclBinding[]> {
    return this.#desk.run<number, number, readonly AclBinding[]>(
      {
        items: filters.map((_, index) => index),
        keyOf: (index) => index,
        nameOf: (index) => named(filters[index] ?? {}),
        route: toController(this.#desk.cluster),
        ask: async (link, part) => {
          const wanted = part.map((index) => wireFilter(filters[index] ?? {}))
          const answer = await link.send(DeleteAcls, { filters: wanted })
          return new Map(
            answer.filterResults.flatMap((result, place) => {
              const index = part[place]
              if (index === undefined) return []
              const failed = result.matchingAcls.find(({ errorCode }) => errorCode !== 0)
              const bindings = result.matchingAcls.map(bindingOf)
              return [[index, outcomeOf(failed ?? result, bindings)] as const]
            }),
          )
        },
      },
      options,
    )
  }
}

function named(filter: AclFilter): string {
  return `ACLs ${sentence(filter)}`.trim()
}

function sentence(filter: AclFilter): string {
  const { resourceType, resourceName, principal, operation, permission } = filter
  const words = [permission, principal, operation, resourceType, resourceName]
  return words.filter((word) => word !== undefined).join(' ')
}

function wireFilter(filter: AclFilter) {
  return {
    resourceTypeFilter: resourceTypes.indexOf(filter.resourceType ?? 'ANY'),
    resourceNameFilter: filter.resourceName ?? null,
    patternTypeFilter: patternTypes.indexOf(filter.patternType ?? 'ANY'),
    principalFilter: filter.principal ?? null,
    hostFilter: filter.host ?? null,
    operation: operationCode(filter.operation ?? 'ANY'),
    permissionType: permissions.indexOf(filter.permission ?? 'ANY'),
  }
}

interface WireBinding {
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

function bindingOf(binding: WireBinding): AclBinding {
  return {
    resourceType: resourceTypes[binding.resourceType] ?? 'UNKNOWN',
    resourceName: binding.resourceName,
    patternType: patternTypes[binding.patternType] ?? 'UNKNOWN',
    principal: binding.principal,
    host: binding.host,
    operation: operationOf(binding.operation),
    permission: permissions[binding.permissionType] ?? 'UNKNOWN',
  }
}
