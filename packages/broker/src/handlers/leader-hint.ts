// Where a partition's leader is, for answers that say it is not here (KIP-951).

import type { RequestContext } from './request-context.ts'

/** Leader and epoch as metadata has them; undefined when nothing is known of the partition. */
export function leaderHint(
  context: RequestContext,
  topic: string,
  partition: number,
): { readonly leaderId: number; readonly leaderEpoch: number } | undefined {
  const image = context.metadata.topic(topic)?.partitions[partition]
  return image && { leaderId: image.leader, leaderEpoch: image.leaderEpoch }
}

/** A node of this cluster as answers name it. */
export interface NodeEndpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** The endpoints, on the listener of this connection, of the brokers with these ids. */
export function nodeEndpoints(context: RequestContext, ids: ReadonlySet<number>): NodeEndpoint[] {
  const nodes: NodeEndpoint[] = []
  for (const id of ids) {
    const broker = context.metadata.broker(id)
    const endpoint = broker?.endpoints.get(context.connection.listenerName)
    if (broker === undefined || endpoint === undefined) continue
    nodes.push({ nodeId: id, host: endpoint.host, port: endpoint.port, rack: broker.rack })
  }
  return nodes
}
