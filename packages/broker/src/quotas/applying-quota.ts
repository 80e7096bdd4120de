// Which quota holds for a client: the one of the most specific entity that has a value for the key (KIP-55, KIP-257). Who
// a quota is found for together shares it.

import type { EntityQuotas } from './client-quotas.ts'
import { quotaKey } from './quota-entity.ts'

/** A limit, and who shares it. */
export interface ApplyingQuota {
  readonly limit: number
  /** Equal for clients that are measured together. */
  readonly group: string
}

/** The quotas of a cluster, by entity. */
export type QuotasByEntity = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Made for looking quotas up. */
export function byEntity(quotas: readonly EntityQuotas[]): QuotasByEntity {
  return new Map(quotas.map(({ entity, values }) => [quotaKey(entity), values]))
}

/** The quota for a user and client id; undefined when there is none. */
export function applyingQuota(
  quotas: QuotasByEntity,
  key: string,
  user: string,
  clientId: string,
): ApplyingQuota | undefined {
  const byUser = { user }
  const byClient = { 'client-id': clientId }
  const both = { ...byUser, ...byClient }
  const order: readonly (readonly [Record<string, string | null>, Record<string, string>])[] = [
    [{ user, 'client-id': clientId }, both],
    [{ user, 'client-id': null }, both],
    [{ user }, byUser],
    [{ user: null, 'client-id': clientId }, both],
    [{ user: null, 'client-id': null }, both],
    [{ user: null }, byUser],
    [{ 'client-id': clientId }, byClient],
    [{ 'client-id': null }, byClient],
  ]
  for (const [entity, sharing] of order) {
    const limit = quotas.get(quotaKey(new Map(Object.entries(entity))))?.get(key)
    if (limit !== undefined) return { limit, group: JSON.stringify(sharing) }
  }
  return undefined
}
