// AlterConfigs (key 33): replaces all configs of a resource. Old clients know nothing else; whoever can uses
// IncrementalAlterConfigs (KIP-339).

import { AlterConfigs, KafkaError } from '@samsa/protocol'
import { replaceConfigs } from '../configs/alter-configs.ts'
import { storedResource } from '../configs/config-resource.ts'
import { authorizeConfigs, requireOnce } from './config-access.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

/** Replaces configs. */
export const alterConfigs = handle(AlterConfigs, async (request, context) => ({
  responses: await Promise.all(
    request.resources.map(({ resourceType, resourceName, configs }) =>
      settleAsync({ resourceType, resourceName, errorMessage: null }, async () => {
        requireOnce(request.resources, { resourceType, resourceName }, configs)
        authorizeConfigs(context, { resourceType, resourceName }, 'AlterConfigs')
        const wanted = new Map<string, string>()
        const nulls: string[] = []
        for (const { name, value } of configs) {
          if (value === null) nulls.push(name)
          else wanted.set(name, value)
        }
        if (nulls.length > 0) {
          const message = `Null value not supported for : ${nulls.join(', ')}`
          throw new KafkaError('INVALID_REQUEST', message)
        }
        const resource = storedResource({ resourceType, resourceName }, context.brokerId)
        const change = replaceConfigs(resource, wanted, context.settings.current())
        const { configs: dynamic } = context.administration
        await dynamic.change(resource.entity, change, request.validateOnly)
        return {}
      }),
    ),
  ),
}))
