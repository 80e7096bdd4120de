// The client behind a request, as groups remember it.

import type { ClientIdentity } from '../groups/classic/messages.ts'
import type { RequestContext } from './request-context.ts'

/** Client id and host, the host with Java's leading slash, as Kafka shows and stores it. */
export function clientOf({ clientId, connection }: RequestContext): ClientIdentity {
  return { clientId: clientId ?? '', clientHost: `/${connection.remote.host}` }
}
