// Where a record goes: the partition it names, what the user's partitioner says, its key's hash exactly as Java computes
// it, or, without a key, the partition that is filled at the moment (KIP-794).
//
// Invariant: without keys every partition gets about the same bytes: one is filled with at least `batchSize` bytes, then
// another is drawn, and all those that have a leader are drawn alike.

import { partitionOfKey } from '@samsa/protocol'
import type { Random } from '@samsa/world'
import type { TopicMetadata } from '../cluster/metadata-cache.ts'

/** What a partitioner is shown. */
export interface PartitionerInput {
  readonly topic: string
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly partitionCount: number
}

/** A partitioner of the user's; `undefined` leaves the choice to the default one. */
export type Partitioner = (input: PartitionerInput) => number | undefined

/** Chooses partitions of one topic for records without keys. */
export class StickyPartition {
  readonly #random: Random
  readonly #batchSize: number
  #partition = -1
  #bytes = 0

  constructor(random: Random, batchSize: number) {
    this.#random = random
    this.#batchSize = batchSize
  }

  /** The partition for a record of about `bytes`. */
  choose({ partitions }: TopicMetadata, bytes: number): number {
    const isUsable = (partitions[this.#partition]?.leaderId ?? -1) >= 0
    if (!isUsable || this.#bytes >= this.#batchSize) {
      this.#partition = this.#draw(partitions)
      this.#bytes = 0
    }
    this.#bytes += bytes
    return this.#partition
  }

  #draw(partitions: TopicMetadata['partitions']): number {
    const led: number[] = []
    for (let i = 0; i < partitions.length; i++) {
      if ((partitions[i]?.leaderId ?? -1) >= 0) led.push(i)
    }
    if (led.length === 0) return this.#random.below(Math.max(1, partitions.length))
    return led[this.#random.below(led.length)] ?? 0
  }
}

/** The partition of a record that names none. Answers -1 when it has no key to go by. */
export function keyedPartition(
  input: PartitionerInput,
  partitioner: Partitioner | undefined,
  ignoresKeys: boolean,
): number {
  const own = partitioner?.(input)
  if (own !== undefined) return own
  if (input.key === null || ignoresKeys) return -1
  return partitionOfKey(input.key, input.partitionCount)
}
