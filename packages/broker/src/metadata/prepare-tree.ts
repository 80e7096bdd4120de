// Makes the coordination tree ready for a cluster: the nodes that hold others, and the cluster's identity. The first
// broker does it; whoever comes later, or at the same time, finds it done.

import type { Coordination, Operation } from '@samsa/coordination'
import { uuidFromBytes } from '@samsa/protocol'
import type { World } from '@samsa/world'
import { formatCluster, formatControllerEpoch, parseClusterId } from './cluster-nodes.ts'
import { clusterPath, containerPaths, controllerEpochPath } from './paths.ts'

/**
 * Creates what is missing and gives the cluster's id: the one stored, or else `clusterId`, or else a new one. The caller
 * compares it with what its data directories say.
 */
export async function prepareTree(
  world: World,
  session: Coordination,
  clusterId?: string,
): Promise<string> {
  const wanted = new Map<string, Buffer>(containerPaths.map((path) => [path, Buffer.alloc(0)]))
  wanted.set(controllerEpochPath, formatControllerEpoch(0))
  wanted.set(clusterPath, formatCluster(clusterId ?? uuidFromBytes(world.random.bytes(16))))
  for (;;) {
    const paths = [...wanted.keys()]
    const found = await session.getAll(paths)
    const missing = paths.filter((_, i) => found[i] === undefined)
    const cluster = found.at(-1)
    if (missing.length === 0 && cluster !== undefined) {
      return parseClusterId(clusterPath, cluster.data)
    }
    const operations = missing.map((path): Operation => {
      return { kind: 'create', path, data: wanted.get(path) ?? Buffer.alloc(0) }
    })
    // When another broker was faster this changes nothing, and the next look finds more.
    await session.multi(operations)
  }
}
