// Which quotas a request wants to see: a condition for each type of entity part (KIP-546).

import { KafkaError } from '@samsa/protocol'
import type { QuotaEntity } from './quota-entity.ts'

const matchType = { exact: 0, default: 1, specified: 2 } as const

/** The conditions of a request. */
export interface QuotaFilter {
  readonly components: readonly {
    readonly entityType: string
    readonly matchType: number
    readonly match: string | null
  }[]
  /** Leaves out entities that have parts of other types. */
  readonly strict: boolean
}

/** A test for entities. Throws INVALID_REQUEST (or UNSUPPORTED_VERSION) for conditions that make no sense. */
export function quotaMatcher({
  components,
  strict,
}: QuotaFilter): (entity: QuotaEntity) => boolean {
  const refuse = (message: string): never => {
    throw new KafkaError('INVALID_REQUEST', message)
  }
  const exact = new Map<string, string | null>()
  const any = new Set<string>()
  for (const { entityType, matchType: type, match } of components) {
    if (entityType === '') refuse('Invalid empty entity type.')
    if (exact.has(entityType) || any.has(entityType)) {
      refuse(`Entity type ${entityType} cannot appear more than once in the filter.`)
    }
    if (!['user', 'client-id', 'ip'].includes(entityType)) {
      throw new KafkaError('UNSUPPORTED_VERSION', `Unsupported entity type ${entityType}`)
    }
    if (type === matchType.exact) {
      if (match === null)
        refuse('Request specified MATCH_TYPE_EXACT, but set match string to null.')
      exact.set(entityType, match)
    } else if (type === matchType.default) {
      if (match !== null) {
        refuse('Request specified MATCH_TYPE_DEFAULT, but also specified a match string.')
      }
      exact.set(entityType, null)
    } else if (type === matchType.specified) {
      if (match !== null) {
        refuse('Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.')
      }
      any.add(entityType)
    } else refuse(`Unknown match type ${type}`)
  }
  const named = new Set([...exact.keys(), ...any])
  if (named.has('ip') && named.size > 1) {
    refuse(
      'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.',
    )
  }
  return (entity) => {
    for (const [type, name] of exact) {
      if (!entity.has(type) || entity.get(type) !== name) return false
    }
    for (const type of any) if (!entity.has(type)) return false
    return !strict || [...entity.keys()].every((type) => named.has(type))
  }
}
