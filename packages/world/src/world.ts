// Everything outside the process, in one value. It is passed to constructors; nothing else touches time, chance, disk,
// sockets or threads. That is what lets the simulator drive a whole cluster from one seed.

import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import type { Network } from './network.ts'
import type { Random } from './random.ts'
import type { Workers } from './workers.ts'

/** The outside world of one process (in the simulator: of one node). */
export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly disk: Disk
  readonly network: Network
  readonly workers: Workers
  readonly logger: Logger
  readonly metrics: Metrics
}
