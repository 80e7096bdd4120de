// What goes wrong on a simulated disk, and how long things take. All knobs may be turned while the disk is in use.

import type { SeededRandom } from './random.ts'

/** The kinds of operation a disk tells apart when it fails or dawdles. */
export type DiskOperation = 'read' | 'write' | 'sync' | 'name'

/** A range of milliseconds to draw from: at least the first, less than the second. */
export type MsRange = readonly [leastMs: number, mostMs: number]

/** A single failure to come. */
export interface PlannedFailure {
  readonly operation: DiskOperation
  /** Only operations on paths that contain this text count. */
  readonly path?: string
  /** How many of them still succeed first; 0 by default. */
  readonly after?: number
}

interface Countdown {
  readonly plan: PlannedFailure
  left: number
}

/** The knobs of one disk. Fresh ones let everything succeed at once. */
export class DiskFaults {
  /** Duration of operations of each kind. */
  readonly latency: Record<DiskOperation, MsRange> = {
    read: [0, 0],
    write: [0, 0],
    sync: [0, 0],
    name: [0, 0],
  }
  /** Probability (0 to 1) that an operation of each kind fails with an I/O error. */
  readonly failure: Record<DiskOperation, number> = { read: 0, write: 0, sync: 0, name: 0 }
  /** Multiplies every latency: a disk that is about to die. */
  slowness = 1
  /** Bytes that files may take; writes beyond it fail with `full`. */
  capacityBytes: number = Number.POSITIVE_INFINITY
  /** The unit in which the medium keeps or loses bytes. */
  sectorBytes: 512 | 4096 = 512
  readonly #planned: Countdown[] = []

  /** Lets exactly one operation fail with an I/O error. */
  failOnce(plan: PlannedFailure): void {
    this.#planned.push({ plan, left: plan.after ?? 0 })
  }

  /** Takes back what `failOnce` planned and has not happened yet. */
  forgetPlanned(): void {
    this.#planned.length = 0
  }

  /** Whether this operation fails; each operation is to be asked about once. */
  fails(operation: DiskOperation, path: string, random: SeededRandom): boolean {
    const due = this.#planned.filter((countdown) => {
      const { plan } = countdown
      if (plan.operation !== operation || !path.includes(plan.path ?? '')) return false
      countdown.left -= 1
      return countdown.left < 0
    })
    for (const countdown of due) this.#planned.splice(this.#planned.indexOf(countdown), 1)
    return due.length > 0 || random.chance(this.failure[operation])
  }

  /** How long this operation takes. */
  delayMs(operation: DiskOperation, random: SeededRandom): number {
    const [leastMs, mostMs] = this.latency[operation]
    if (mostMs <= leastMs) return leastMs * this.slowness
    return random.between(leastMs, mostMs) * this.slowness
  }
}
