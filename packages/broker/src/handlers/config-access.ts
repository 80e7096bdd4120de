// What every request about configs checks first: that a resource and its keys are named once, and that the client may.

import { KafkaError } from '@samsa/protocol'
import { type ConfigResource, resourceType } from '../configs/config-resource.ts'
import { clusterResource } from './authorized-operations.ts'
import type { RequestContext } from './request-context.ts'

/** Throws INVALID_REQUEST when the resource, or one of its keys, stands twice in the request. */
export function requireOnce(
  resources: readonly ConfigResource[],
  resource: ConfigResource,
  configs: readonly { readonly name: string }[],
): void {
  const same = resources.filter(
    (other) =>
      other.resourceType === resource.resourceType && other.resourceName === resource.resourceName,
  )
  if (same.length > 1) {
    throw new KafkaError('INVALID_REQUEST', 'Each resource must appear at most once.')
  }
  if (new Set(configs.map(({ name }) => name)).size < configs.length) {
    throw new KafkaError('INVALID_REQUEST', 'Error due to duplicate config keys')
  }
}

/** Throws the error of a refusal when the client may not do this with the resource's configs. */
export function authorizeConfigs(
  context: RequestContext,
  { resourceType: type, resourceName }: ConfigResource,
  operation: 'AlterConfigs' | 'DescribeConfigs',
): void {
  if (type === resourceType.topic) context.authorize(operation, 'Topic', resourceName)
  else if (type === resourceType.group) context.authorize(operation, 'Group', resourceName)
  else context.authorize(operation, 'Cluster', clusterResource)
}
