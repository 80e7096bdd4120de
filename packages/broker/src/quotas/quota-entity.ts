// Who a quota is for: a user, a client id, both, or an address; each by name, or the default for all that have none of
// their own (null). Equal entities have equal keys, whatever order their parts came in.

import { KafkaError } from '@samsa/protocol'

/** Parts of an entity by type; null is the default entity of that type. */
export type QuotaEntity = ReadonlyMap<string, string | null>

const types: readonly string[] = ['user', 'client-id', 'ip']

/** The entity of a request. Throws INVALID_REQUEST for parts that make none. */
export function quotaEntity(
  parts: readonly { readonly entityType: string; readonly entityName: string | null }[],
): QuotaEntity {
  const refuse = (message: string): never => {
    throw new KafkaError('INVALID_REQUEST', message)
  }
  const entity = new Map<string, string | null>()
  for (const { entityType, entityName } of parts) {
    if (entity.has(entityType)) {
      refuse(`Invalid empty client quota entity, duplicate entity entry ${entityType}`)
    }
    if (!types.includes(entityType)) refuse(`Unhandled client quota entity type: ${entityType}`)
    if (entityName === '') refuse(`Empty ${entityType} not supported`)
    entity.set(entityType, entityName)
  }
  const ip = entity.get('ip')
  if (entity.size === 0 || (entity.has('ip') && entity.size > 1)) {
    refuse('Invalid empty client quota entity')
  }
  if (typeof ip === 'string' && !/^[\w.:%-]+$/.test(ip)) {
    refuse(`${ip} is not a valid IP or resolvable host.`)
  }
  return entity
}

/** The same text for equal entities. */
export function quotaKey(entity: QuotaEntity): string {
  return JSON.stringify([...entity].sort(([a], [b]) => (a < b ? -1 : 1)))
}
