// FindCoordinator (key 10): which broker coordinates these groups or transactions. The address is that of the listener
// the client came in on. From version 4 on several keys are asked at once (KIP-699).

import { FindCoordinator, KafkaError } from '@samsa/protocol'
import { handle } from './handle.ts'
import type { RequestContext } from './request-context.ts'
import { settleAsync } from './settle.ts'

const NOWHERE = { nodeId: -1, host: '', port: -1, errorMessage: null as string | null }

/** Key types that have authorizations of their own. */
const RESOURCE_TYPES = ['Group', 'TransactionalId'] as const

export const findCoordinator = handle(FindCoordinator, async (request, context) => {
  const { keyType } = request
  if (context.version >= 4) {
    const keys = request.coordinatorKeys
    return { coordinators: await Promise.all(keys.map((key) => find(key, keyType, context))) }
  }
  const { key: _key, ...found } = await find(request.key, keyType, context)
  // Old clients take the message for one of an error.
  return found.errorCode === 0 ? { ...found, errorMessage: 'NONE' } : found
})

async function find(
  key: string,
  keyType: number,
  context: RequestContext,
): Promise<{
  key: string
  errorCode: number
  errorMessage: string | null
  nodeId: number
  host: string
  port: number
}> {
  return settleAsync({ key, ...NOWHERE }, async () => {
    const resourceType = RESOURCE_TYPES[keyType]
    const locator = context.coordinators.get(keyType)
    if (resourceType === undefined || locator === undefined) {
      throw new KafkaError('INVALID_REQUEST', `There are no coordinators of type ${keyType}.`)
    }
    context.authorize('Describe', resourceType, key)
    const nodeId = await locator.coordinatorOf(key)
    const broker = nodeId === undefined ? undefined : context.metadata.broker(nodeId)
    const endpoint = broker?.endpoints.get(context.connection.listenerName)
    if (broker === undefined || endpoint === undefined) {
      throw new KafkaError('COORDINATOR_NOT_AVAILABLE', 'The coordinator has no leader yet.')
    }
    // A broker that advertises no address is where the client has found it.
    const host = endpoint.host === '' ? context.connection.local.host : endpoint.host
    return { nodeId: broker.id, host, port: endpoint.port }
  })
}
