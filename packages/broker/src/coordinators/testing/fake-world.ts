// The part of the world a coordinator uses, on a clock moved by hand: there is no network and there are no workers.

import {
  createMetrics,
  type Disk,
  type Random,
  silentLogger,
  type World,
  WorldError,
} from '@samsa/world'
import type { ManualClock } from './manual-clock.ts'

/** A world for one coordinator; the disk is there because every world has one. */
export function fakeWorld(clock: ManualClock, random: Random, disk: Disk): World {
  const nowhere = (): Promise<never> =>
    Promise.reject(new WorldError('unreachable', 'nowhere', 'There is no network here.'))
  return {
    clock,
    random,
    disk,
    network: { listen: nowhere, connect: nowhere },
    workers: { run: nowhere, close: async () => {} },
    logger: silentLogger,
    metrics: createMetrics(),
  }
}
