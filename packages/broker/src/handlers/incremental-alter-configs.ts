// IncrementalAlterConfigs (key 44): changes some configs of a resource and leaves the others (KIP-339); also the level of
// the broker's log (KIP-412).

import { IncrementalAlterConfigs, KafkaError, type RequestOf } from '@samsa/protocol'
import type { Alteration } from '@samsa/settings'
import { alterConfigs } from '../configs/alter-configs.ts'
import { requireOwnId, resourceType, storedResource } from '../configs/config-resource.ts'
import { rootLogger } from '../configs/log-levels.ts'
import { authorizeConfigs, requireOnce } from './config-access.ts'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

type Resource = RequestOf<typeof IncrementalAlterConfigs>['resources'][number]

const operations: Readonly<Record<number, Alteration['operation']>> = {
  0: 'set',
  1: 'delete',
  2: 'append',
  3: 'subtract',
}

/** Changes configs. */
export const incrementalAlterConfigs = handle(
  IncrementalAlterConfigs,
  async (request, context) => ({
    responses: await Promise.all(
      request.resources.map((resource) => {
        const { resourceType: type, resourceName } = resource
        return settleAsync({ resourceType: type, resourceName, errorMessage: null }, async () => {
          requireOnce(request.resources, resource, resource.configs)
          authorizeConfigs(context, resource, 'AlterConfigs')
          const alterations = alterationsOf(resource)
          if (type === resourceType.brokerLogger) {
            alterLoggers(context, resourceName, alterations, request.validateOnly)
            return {}
          }
          const stored = storedResource(resource, context.brokerId)
          const change = alterConfigs(stored, alterations, context.settings.current())
          const { configs } = context.administration
          await configs.change(stored.entity, change, request.validateOnly)
          return {}
        })
      }),
    ),
  }),
)

function alterationsOf({ configs }: Resource): Alteration[] {
  const nulls: string[] = []
  const alterations = configs.map(({ name, configOperation, value }): Alteration => {
    const operation = operations[configOperation]
    if (operation === undefined) {
      throw new KafkaError('INVALID_REQUEST', `Unknown operations type ${configOperation}`)
    }
    if (value === null && operation !== 'delete') nulls.push(name)
    return { operation, key: name, value }
  })
  if (nulls.length > 0) {
    const message = `Null value not supported for : ${nulls.join(', ')}`
    throw new KafkaError('INVALID_REQUEST', message)
  }
  return alterations
}

function alterLoggers(
  context: RequestContext,
  brokerName: string,
  alterations: readonly Alteration[],
  validateOnly: boolean,
): void {
  requireOwnId(brokerName, context.brokerId)
  const { logLevels } = context.administration
  // All are judged before one is changed.
  for (const only of validateOnly ? [true] : [true, false]) {
    for (const { operation, key, value } of alterations) {
      if (operation === 'delete') {
        throw key === rootLogger
          ? new KafkaError(
              'INVALID_REQUEST',
              'Removing the log level of the root logger is not allowed',
            )
          : new KafkaError('INVALID_CONFIG', `Logger ${key} does not exist!`)
      }
      if (operation !== 'set') {
        throw new KafkaError(
          'INVALID_REQUEST',
          `${operation.toUpperCase()} operation is not allowed for the BROKER_LOGGER resource`,
        )
      }
      logLevels.set(key, value ?? '', only)
    }
  }
}
