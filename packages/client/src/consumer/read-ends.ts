// Reading up to the end: where each partition ended when a loop first looked at it. What is written later is left for the
// next loop, so a loop ends however fast others write.

import type { FoundOffset, PartitionName } from './offset-lookup.ts'
import type { PartitionState } from './partition-state.ts'

/** Finds the ends that a reader can reach at the moment. */
export type EndLookup = (places: readonly PartitionName[]) => Promise<readonly FoundOffset[]>

/** The ends of one loop. */
export class ReadEnds {
  readonly #lookup: EndLookup
  readonly #ends = new Map<PartitionState, number>()

  constructor(lookup: EndLookup) {
    this.#lookup = lookup
  }

  /** Whether the end of one of these is not known yet. */
  isMissing(states: readonly PartitionState[]): boolean {
    return states.some((state) => !this.#ends.has(state))
  }

  /** Looks up what is missing. Rejects as `findOffsets` does. */
  async find(states: readonly PartitionState[]): Promise<void> {
    const missing = states.filter((state) => !this.#ends.has(state))
    const places = missing.map(({ topic, partition }) => ({ topic, partition }))
    for (const { topic, partition, offset } of await this.#lookup(places)) {
      const state = missing.find((one) => one.topic === topic && one.partition === partition)
      if (state !== undefined) this.#ends.set(state, offset)
    }
  }

  /** Records from this offset on are not for this loop. */
  endOf(state: PartitionState): number {
    return this.#ends.get(state) ?? Number.POSITIVE_INFINITY
  }
}
