// The real world: the one place where the interfaces of this package meet the machine.

import { type Logger, silentLogger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import { createMetrics } from '../registry.ts'
import type { World } from '../world.ts'
import { nodeClock } from './clock.ts'
import { nodeDisk } from './disk.ts'
import { nodeNetwork } from './network.ts'
import { nodeRandom } from './random.ts'
import { NodeWorkers } from './workers.ts'

/** What a process may choose. */
export interface NodeWorldOptions {
  /** Silent when missing. */
  readonly logger?: Logger
  /** A fresh registry when missing. */
  readonly metrics?: Metrics
  /** Largest number of worker threads; by default one fewer than processors, and at least one. */
  readonly workers?: number
}

/** The machine this process runs on. Close its `workers` at the end. */
export function nodeWorld(options: NodeWorldOptions = {}): World {
  return {
    clock: nodeClock,
    random: nodeRandom,
    disk: nodeDisk,
    network: nodeNetwork,
    workers: new NodeWorkers(options.workers),
    logger: options.logger ?? silentLogger,
    metrics: options.metrics ?? createMetrics(),
  }
}
