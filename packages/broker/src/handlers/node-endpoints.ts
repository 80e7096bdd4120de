// Where the client of a request reaches the brokers: on the listener it came in on, and, where a broker advertises no
// address, at the address that the client itself used.

import type { BrokerRegistration } from '../metadata/metadata-view.ts'
import type { RequestContext } from './request-context.ts'

/** A broker as answers name it. */
export interface NodeAddress {
  readonly host: string
  readonly port: number
}

/** Undefined when the broker has no such listener. */
export function addressOf(
  { connection }: Pick<RequestContext, 'connection'>,
  broker: BrokerRegistration,
): NodeAddress | undefined {
  const endpoint = broker.endpoints.get(connection.listenerName)
  if (endpoint === undefined) return undefined
  const { host, port } = endpoint
  return { host: host === '' ? connection.local.host : host, port }
}
