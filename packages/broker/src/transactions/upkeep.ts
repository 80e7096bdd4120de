// Work that is done again and again while a broker runs. The next round is set when the last one is over, so rounds
// never overlap; what fails is met by the next round.

import { KafkaError } from '@samsa/protocol'
import type { Timer, World } from '@samsa/world'

/** One task and its interval. */
export class Upkeep {
  readonly #world: World
  readonly #intervalMs: () => number
  readonly #task: () => Promise<void>
  #timer: Timer | undefined
  #stopped = false

  /** The interval is read before every round. `task` may reject with a KafkaError. */
  constructor(world: World, intervalMs: () => number, task: () => Promise<void>) {
    this.#world = world
    this.#intervalMs = intervalMs
    this.#task = task
    this.#next()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #next(): void {
    if (this.#stopped) return
    this.#timer = this.#world.clock.after(this.#intervalMs(), () => {
      this.#task()
        .catch((error: unknown) => {
          if (!(error instanceof KafkaError)) throw error
          this.#world.logger.warn({ error }, 'A round of upkeep failed; the next one follows.')
        })
        .finally(() => this.#next())
    })
  }
}
