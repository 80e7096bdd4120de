// Nodes that stand alone: the cluster's identity, its controller, the dynamic configs of one entity.

import { NodeFields, nodeData } from './node-fields.ts'

export function formatCluster(clusterId: string): Buffer {
  return nodeData({ clusterId })
}

export function parseClusterId(path: string, data: Buffer): string {
  return NodeFields.parse(path, data).string('clusterId')
}

/** What /controller holds. */
export interface ControllerNode {
  readonly brokerId: number
}

export function formatController(node: ControllerNode): Buffer {
  return nodeData({ brokerId: node.brokerId })
}

export function parseController(path: string, data: Buffer): ControllerNode {
  return { brokerId: NodeFields.parse(path, data).integer('brokerId') }
}

/** The controller epoch; its node's version is the fence. */
export function formatControllerEpoch(epoch: number): Buffer {
  return nodeData({ epoch })
}

export function parseControllerEpoch(path: string, data: Buffer): number {
  return NodeFields.parse(path, data).integer('epoch')
}

export function formatConfigs(configs: ReadonlyMap<string, string>): Buffer {
  return nodeData({ configs: Object.fromEntries(configs) })
}

export function parseConfigs(path: string, data: Buffer): ReadonlyMap<string, string> {
  return NodeFields.parse(path, data).strings('configs')
}

/** The first producer id that nobody has. */
export function formatProducerIds(next: number): Buffer {
  return nodeData({ next })
}

export function parseProducerIds(path: string, data: Buffer): number {
  return NodeFields.parse(path, data).integer('next')
}
