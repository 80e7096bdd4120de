// The nodes of brokers: /brokers/<id> is the ephemeral registration of a running one, /broker-meta/<id> what stays when
// it is gone: the incarnation that the controller has taken note of.

import { NodeFields, nodeData } from './node-fields.ts'
import type { Endpoint } from './metadata-view.ts'

/** What /brokers/<id> holds. */
export interface RegistrationNode {
  /** By listener name. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly rack: string | null
  /** Chosen anew at every start of the broker. */
  readonly incarnation: string
  /** A draining broker is about to stop: it keeps no leadership that another can take. */
  readonly state: 'active' | 'draining'
}

export function formatRegistration(node: RegistrationNode): Buffer {
  return nodeData({
    endpoints: Object.fromEntries(node.endpoints),
    rack: node.rack,
    incarnation: node.incarnation,
    state: node.state,
  })
}

export function parseRegistration(path: string, data: Buffer): RegistrationNode {
  const fields = NodeFields.parse(path, data)
  const endpoints = new Map<string, Endpoint>()
  for (const [listener, endpoint] of fields.objects('endpoints')) {
    endpoints.set(listener, {
      host: endpoint.string('host'),
      port: endpoint.integer('port'),
      securityProtocol: endpoint.string('securityProtocol'),
      ...(endpoint.has('boundHost') ? { boundHost: endpoint.string('boundHost') } : {}),
    })
  }
  return {
    endpoints,
    rack: fields.stringOrNull('rack'),
    incarnation: fields.string('incarnation'),
    state: fields.string('state') === 'draining' ? 'draining' : 'active',
  }
}

/** What /broker-meta/<id> holds. */
export interface BrokerMetaNode {
  /**
   * The incarnation whose partitions the controller has settled: leaderships of an earlier one have ended. A broker
   * whose registration has another incarnation is fenced.
   */
  readonly settledIncarnation: string
}

export function formatBrokerMeta(node: BrokerMetaNode): Buffer {
  return nodeData({ settledIncarnation: node.settledIncarnation })
}

export function parseBrokerMeta(path: string, data: Buffer): BrokerMetaNode {
  return { settledIncarnation: NodeFields.parse(path, data).string('settledIncarnation') }
}
