// DescribeClientQuotas (key 48): the quotas that a filter lets through (KIP-546).

import { DescribeClientQuotas } from '@samsa/protocol'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'

/** Describes quotas. */
export const describeClientQuotas = handle(
  DescribeClientQuotas,
  (request, context) => {
    context.authorize('DescribeConfigs', 'Cluster', clusterResource)
    return {
      errorMessage: '',
      entries: context.administration.quotas.describe(request).map(({ entity, values }) => ({
        entity: [...entity].map(([entityType, entityName]) => ({ entityType, entityName })),
        values: [...values].map(([key, value]) => ({ key, value })),
      })),
    }
  },
  { failed: (_request, errorCode, errorMessage) => ({ errorCode, errorMessage, entries: null }) },
)
