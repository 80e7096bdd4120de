// Producer ids: taken one by one from blocks that the controller hands out, each block to one broker only, so that no
// two producers ever share an id. A block is asked for before the last one is used up; whoever comes too early waits.

import { KafkaError } from '@samsa/protocol'
import type { Controller } from '../controller/controller.ts'

/** Share of a block that may be left when the next one is asked for. */
const REFILL_SHARE = 0.1

/** The ids this broker may give away. */
export class ProducerIds {
  readonly #allocate: Controller['allocateProducerIds']
  #next = 0
  #end = 0
  #blockSize = 0
  /** The block after this one, once it is here. */
  #following: { readonly first: number; readonly count: number } | undefined
  #asking: Promise<void> | undefined

  constructor(allocate: Controller['allocateProducerIds']) {
    this.#allocate = allocate
  }

  /** An id nobody else has. Rejects with COORDINATOR_LOAD_IN_PROGRESS, which clients retry. */
  async allocate(): Promise<number> {
    for (;;) {
      const producerId = this.#take()
      if (producerId !== undefined) return producerId
      await this.#ask()
    }
  }

  #take(): number | undefined {
    if (this.#next === this.#end && this.#following !== undefined) {
      const { first, count } = this.#following
      this.#following = undefined
      this.#next = first
      this.#end = first + count
      this.#blockSize = count
    }
    if (this.#next === this.#end) return undefined
    const producerId = this.#next++
    if (this.#end - this.#next <= this.#blockSize * REFILL_SHARE && this.#following === undefined) {
      // A failure is met by whoever needs the block.
      this.#ask().catch(() => {})
    }
    return producerId
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#allocate()
      .then(
        (block) => {
          this.#following = block
        },
        (error: unknown) => {
          if (!(error instanceof KafkaError)) throw error
          const message = 'The controller has given no producer ids yet.'
          throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', message, { cause: error })
        },
      )
      .finally(() => {
        this.#asking = undefined
      })
    return this.#asking
  }
}
