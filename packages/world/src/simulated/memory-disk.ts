// The disk of a broker that keeps nothing: tests and tools run the whole broker without touching the machine's disk.

import type { Clock } from '../clock.ts'
import type { Disk } from '../disk.ts'
import { SimulatedDisk } from './simulated-disk.ts'

/** A disk in memory, at once and without faults. `clock` stamps modifications (retention looks at them). */
export function memoryDisk(
  options: { readonly clock?: Clock; readonly capacityBytes?: number } = {},
): Disk {
  const { clock, capacityBytes } = options
  const disk = new SimulatedDisk({
    ...(clock === undefined ? {} : { clock }),
    neverLosesPower: true,
  })
  if (capacityBytes !== undefined) disk.faults.capacityBytes = capacityBytes
  return disk
}
