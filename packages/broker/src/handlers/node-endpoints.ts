// Where the client of a request reaches the brokers: on the listener it came in on, and, where a broker advertises no
// address, at the address that the client itself used for the broker it asked, and where another one listens.

import type { BrokerRegistration } from '../metadata/metadata-view.ts'
import type { RequestContext } from './request-context.ts'

/** A broker as answers name it. */
export interface NodeAddress {
  readonly host: string
  readonly port: number
}

/** Addresses that say nothing of the machine. */
const everywhere = new Set(['', '0.0.0.0', '::'])

/** Undefined when the broker has no such listener. */
export function addressOf(
  { connection, brokerId }: Pick<RequestContext, 'connection' | 'brokerId'>,
  broker: BrokerRegistration,
): NodeAddress | undefined {
  const endpoint = broker.endpoints.get(connection.listenerName)
  if (endpoint === undefined) return undefined
  const { host, port, boundHost = '' } = endpoint
  if (host !== '') return { host, port }
  const isElsewhere = broker.id !== brokerId && !everywhere.has(boundHost)
  return { host: isElsewhere ? boundHost : connection.local.host, port }
}
