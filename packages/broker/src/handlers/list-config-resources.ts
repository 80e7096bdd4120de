// ListConfigResources (key 74): which resources can have configs (KIP-1142); version 0 knew client metrics only (KIP-714).

import { KafkaError, ListConfigResources } from '@samsa/protocol'
import { resourceType } from '../configs/config-resource.ts'
import { clusterResource } from './authorized-operations.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'

const allTypes: readonly number[] = Object.values(resourceType)

/** Lists resources. */
export const listConfigResources = handle(
  ListConfigResources,
  (request, context) => {
    context.authorize('DescribeConfigs', 'Cluster', clusterResource)
    const asked = request.resourceTypes ?? []
    const unknown = asked.find((type) => !allTypes.includes(type))
    if (unknown !== undefined) {
      throw new KafkaError('UNSUPPORTED_VERSION', `Unexpected resource type ${unknown}.`)
    }
    const everything = asked.length === 0 ? allTypes : [...new Set(asked)]
    const types = context.version === 0 ? [resourceType.clientMetrics] : everything
    return {
      configResources: types.flatMap((type) =>
        namesOf(type, context).map((resourceName) => ({ resourceName, resourceType: type })),
      ),
    }
  },
  { failed: (_request, errorCode) => ({ errorCode, configResources: [] }) },
)

function namesOf(type: number, { metadata, administration }: RequestContext): string[] {
  switch (type) {
    case resourceType.topic:
      return [...metadata.topics()].map(({ name }) => name)
    case resourceType.broker:
    case resourceType.brokerLogger:
      return metadata.brokers().map(({ id }) => String(id))
    case resourceType.clientMetrics:
      return administration.configs.names('client-metrics')
    default:
      return administration.configs.names('groups')
  }
}
