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
  /** How the life before this one left the logs; 'none': a directory has no trace of one. */
  readonly lastShutdown: 'clean' | 'unclean' | 'none'
  /** Names the run of the machine, '' where the system does not tell. */
  readonly bootId: string
}

export function formatRegistration(node: RegistrationNode): Buffer {
  return nodeData({
    endpoints: Object.fromEntries(node.endpoints),
    rack: node.rack,
    incarnation: node.incarnation,
    state: node.state,
    lastShutdown: node.lastShutdown,
    bootId: node.bootId,
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
  const lastShutdown = fields.string('lastShutdown')
  return {
    endpoints,
    rack: fields.stringOrNull('rack'),
    incarnation: fields.string('incarnation'),
    state: fields.string('state') === 'draining' ? 'draining' : 'active',
    lastShutdown: lastShutdown === 'clean' || lastShutdown === 'none' ? lastShutdown : 'unclean',
    bootId: fields.string('bootId'),
  }
}

/** What /broker-meta/<id> holds. */
export interface BrokerMetaNode {
  /**
   * The incarnation whose partitions the controller has settled: leaderships of an earlier one have ended. A broker
   * whose registration has another incarnation is fenced.
   */
  readonly settledIncarnation: string
  /** The run of the machine in which that incarnation lives: its page cache has what was acknowledged. */
  readonly bootId: string
}

export function formatBrokerMeta(node: BrokerMetaNode): Buffer {
  return nodeData({ settledIncarnation: node.settledIncarnation, bootId: node.bootId })
}

export function parseBrokerMeta(path: string, data: Buffer): BrokerMetaNode {
  const fields = NodeFields.parse(path, data)
  return {
    settledIncarnation: fields.string('settledIncarnation'),
    bootId: fields.string('bootId'),
  }
}
