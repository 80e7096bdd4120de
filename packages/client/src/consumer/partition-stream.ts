// One partition at a time: a stream of its own for each partition that this consumer has, so that each can be processed at
// its own pace, and ended when it is given up.

import type { HandedBatch } from './handed-batch.ts'
import { Slot } from './handed-batch.ts'
import type { AssignedPartition } from './rebalance-listener.ts'
import type { ConsumerBatch, ConsumerRecord } from './record.ts'
import { type LoopSource, RecordLoop } from './record-loop.ts'
import type { PartitionReader, ReadOptions, RecordSupply } from './record-supply.ts'

/** Batches, until the source has no more. */
export async function* batchesOf<T>(
  source: LoopSource<T>,
  options: ReadOptions,
): AsyncGenerator<ConsumerBatch<T>, void, void> {
  const { supply, slot, only } = source
  const { signal } = options
  const ends = supply.endsFor(options)
  for (;;) {
    signal?.throwIfAborted()
    let handed: HandedBatch<T> | undefined = slot.handed
    handed?.settle()
    if (handed?.next === undefined) {
      slot.handed = undefined
      if (handed !== undefined) supply.release(handed)
      await source.between()
      handed = await supply.take({ signal, ends }, only)
      if (handed === undefined) return
      slot.handed = handed
    }
    handed.isInHand = true
    try {
      const batch = handed.takeRest()
      if (batch.records.length > 0) yield batch
    } finally {
      // A loop that goes on takes it up again at once.
      supply.putDown(handed)
    }
  }
}

/** The records of one partition, until it is given up. */
export class PartitionStream<T> implements AssignedPartition, AsyncIterable<ConsumerRecord<T>> {
  readonly topic: string
  readonly partition: number
  readonly signal: AbortSignal
  readonly #source: LoopSource<T>

  constructor(supply: RecordSupply<T>, reader: PartitionReader, between: () => Promise<void>) {
    const { state, end } = reader
    this.topic = state.topic
    this.partition = state.partition
    this.signal = end.signal
    this.#source = { supply, slot: new Slot(), only: state, between }
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<ConsumerRecord<T>, undefined, undefined> {
    return this.records()
  }

  /** As `Consumer.records`; ends when the partition is given up. */
  records(
    options: ReadOptions = {},
  ): AsyncIterableIterator<ConsumerRecord<T>, undefined, undefined> {
    return new RecordLoop(this.#source, options)
  }

  /** As `Consumer.batches`; ends when the partition is given up. */
  batches(options: ReadOptions = {}): AsyncGenerator<ConsumerBatch<T>, void, void> {
    return batchesOf(this.#source, options)
  }
}
