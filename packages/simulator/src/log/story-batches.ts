// What a story appends: batches of clients with and without producers, transactions and their markers, each with what the
// model of the log has to know about it.

import type { PartitionLog } from '@samsa/log'
import { BatchBuilder, buildTransactionMarker } from '@samsa/protocol'
import type { SeededRandom } from '@samsa/world/simulated'
import type { ModelBatch, ModelLog, ModelRecord } from './model.ts'

/** Where the story is when it appends. */
export interface StoryMoment {
  readonly log: PartitionLog
  readonly nowMs: number
  readonly epoch: number
  readonly crashes: number
  readonly isCompacted: boolean
}

/** Bytes for the log, and the same for its model. */
export interface StoryBatch {
  readonly bytes: Buffer
  readonly batch: ModelBatch
}

/** The batches of one story. */
export class StoryBatches {
  readonly #random: SeededRandom
  readonly #model: ModelLog
  #counter = 0

  constructor(random: SeededRandom, model: ModelLog) {
    this.#random = random
    this.#model = model
  }

  /** A batch of a client, with or without a producer. */
  any(moment: StoryMoment): StoryBatch {
    return this.#data(moment, this.#anyProducer(moment))
  }

  /** A batch of a transaction, or its end. */
  inTransaction(moment: StoryMoment): StoryBatch {
    const producerId = 1000 * (moment.crashes + 1) + this.#random.below(2)
    const known = moment.log.producers().find((each) => each.producerId === producerId)
    const isOpen = (known?.currentTransactionStartOffset ?? -1) >= 0
    const producerEpoch = Math.max(known?.producerEpoch ?? 0, 0)
    if (!isOpen || this.#random.chance(0.5)) {
      const baseSequence = (known?.lastSequence ?? -1) + 1
      return this.#data(moment, { producerId, producerEpoch, baseSequence, isTransactional: true })
    }
    return this.#marker(moment, producerId, producerEpoch + 1)
  }

  #data(moment: StoryMoment, producer: Partial<ModelBatch>): StoryBatch {
    const random = this.#random
    const count = 1 + random.below(4)
    const baseOffset = this.#model.nextOffset
    const records: ModelRecord[] = []
    const builder = new BatchBuilder(256)
    for (let i = 0; i < count; i += 1) {
      this.#counter += 1
      const key = `key-${random.below(8)}`
      const isTombstone = moment.isCompacted && random.chance(0.1)
      const value = isTombstone ? null : `${this.#counter}-${'x'.repeat(random.below(60))}`
      const timestamp = moment.nowMs - random.below(1000)
      builder.append(timestamp, Buffer.from(key), value === null ? null : Buffer.from(value))
      records.push({ offset: baseOffset + i, key, value })
    }
    const { producerId = -1, producerEpoch = -1, baseSequence = -1 } = producer
    const { isTransactional = false } = producer
    const codecs = ['none', 'none', 'gzip', 'zstd'] as const
    const compression = codecs[random.below(codecs.length)] ?? 'none'
    const header = { producerId, producerEpoch, baseSequence, isTransactional }
    const batch: ModelBatch = {
      ...header,
      baseOffset,
      lastOffset: baseOffset + count - 1,
      leaderEpoch: moment.epoch,
      marker: undefined,
      records,
      isAcknowledged: false,
    }
    return { bytes: Buffer.from(builder.build({ ...header, compression })), batch }
  }

  #anyProducer(moment: StoryMoment): Partial<ModelBatch> {
    if (this.#random.chance(0.5)) return {}
    // Ids change with the crashes, since a crash may take a producer's last batches back.
    const producerId = 100 * (moment.crashes + 1) + this.#random.below(3)
    const known = moment.log.producers().find((each) => each.producerId === producerId)
    if ((known?.currentTransactionStartOffset ?? -1) >= 0) return {}
    return {
      producerId,
      producerEpoch: Math.max(known?.producerEpoch ?? 0, 0),
      baseSequence: (known?.lastSequence ?? -1) + 1,
    }
  }

  #marker(moment: StoryMoment, producerId: number, producerEpoch: number): StoryBatch {
    const marker = this.#random.chance(0.5) ? 'abort' : 'commit'
    const bytes = buildTransactionMarker({
      type: marker,
      producerId,
      producerEpoch,
      coordinatorEpoch: 0,
      timestamp: moment.nowMs,
    })
    const baseOffset = this.#model.nextOffset
    const batch: ModelBatch = {
      baseOffset,
      lastOffset: baseOffset,
      leaderEpoch: moment.epoch,
      producerId,
      producerEpoch,
      baseSequence: -1,
      isTransactional: true,
      marker,
      records: [],
      isAcknowledged: false,
    }
    return { bytes, batch }
  }
}
