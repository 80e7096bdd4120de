// One direction of the network between two machines, and what goes wrong on it. A packet that meets a cut waits, as if
// it were sent again and again, until the cut heals or the sender gives up.

import type { MsRange } from './disk-faults.ts'
import type { SeededRandom } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** The knobs of one direction between two machines. */
export interface LinkFaults {
  /** How long a packet travels. */
  latency: MsRange
  /** Probability that a packet is held up for a time out of `stall` in addition: lost once, and sent again. */
  stallChance: number
  stall: MsRange
  /** Probability that a packet breaks the connection, at any byte. */
  resetChance: number
  /** Probability that received bytes are handed over in two portions, split at any byte. */
  splitChance: number
  /** Probability that an attempt to connect is refused. */
  refuseChance: number
}

/** A network without faults that is not quite immediate. */
export function calmLink(): LinkFaults {
  return {
    latency: [0.1, 0.5],
    stallChance: 0,
    stall: [0, 0],
    resetChance: 0,
    splitChance: 0,
    refuseChance: 0,
  }
}

/** One direction between two machines. */
export class Link {
  /** Own knobs of this direction; `undefined` follows the network's. */
  faults: LinkFaults | undefined
  readonly #scheduler: Scheduler
  readonly #held = new Set<() => void>()
  #isCut = false

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  get isCut(): boolean {
    return this.#isCut
  }

  /** Nothing passes in this direction until `heal`. */
  cut(): void {
    this.#isCut = true
  }

  /** What was held goes on. */
  heal(): void {
    this.#isCut = false
    for (const arrive of this.#held) this.#scheduler.after(0, arrive)
    this.#held.clear()
  }

  /**
   * Lets a packet travel. `giveUp` runs instead of `arrive` when a cut holds it for longer than `giveUpMs`.
   */
  carry(
    defaults: LinkFaults,
    random: SeededRandom,
    { arrive, giveUp, giveUpMs }: { arrive: () => void; giveUp: () => void; giveUpMs: number },
  ): void {
    const faults = this.faults ?? defaults
    let travelMs = random.between(...faults.latency)
    if (random.chance(faults.stallChance)) travelMs += random.between(...faults.stall)
    const reach = (): void => {
      if (!this.#isCut) {
        arrive()
        return
      }
      const retry = (): void => {
        timer.cancel()
        reach()
      }
      this.#held.add(retry)
      const timer = this.#scheduler.after(giveUpMs, () => {
        if (this.#held.delete(retry)) giveUp()
      })
    }
    this.#scheduler.after(travelMs, reach)
  }
}
