// Where a partition's leader is, for answers that say it is not here (KIP-951).

import { addressOf } from './node-endpoints.ts'
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
    const address = broker && addressOf(context, broker)
    if (address !== undefined) nodes.push({ nodeId: id, ...address, rack: broker?.rack ?? null })
  }
  return nodes
}
