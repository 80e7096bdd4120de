// AlterClientQuotas (key 49): sets and removes quotas, entity by entity (KIP-546).

import { AlterClientQuotas, KafkaError } from '@samsa/protocol'
import { quotaEntity, quotaKey } from '../quotas/quota-entity.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Changes quotas. */
export const alterClientQuotas = handle(
  AlterClientQuotas,
  async (request, context) => {
    context.authorize('AlterConfigs', 'Cluster', clusterResource)
    const seen = new Set<string>()
    return {
      entries: await Promise.all(
        request.entries.map(({ entity: parts, ops }) =>
          settleAsync({ entity: parts, errorMessage: null }, async () => {
            const entity = quotaEntity(parts)
            const key = quotaKey(entity)
            if (seen.has(key)) {
              throw new KafkaError('INVALID_REQUEST', `Ignoring duplicate entity ${key}`)
            }
            seen.add(key)
            await context.administration.quotas.alter(entity, ops, request.validateOnly)
            return {}
          }),
        ),
      ),
    }
  },
  {
    failed: (request, errorCode, errorMessage) => ({
      entries: request.entries.map(({ entity }) => ({ errorCode, errorMessage, entity })),
    }),
  },
)
