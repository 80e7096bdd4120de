// What compaction makes of one batch: nothing, the same bytes, fewer records, or an empty batch that keeps a producer's
// sequence or the end of the cleaned range in the log. Offsets never change.

import { BatchBuilder, type RecordBatch, RecordCursor } from '@samsa/protocol'
import type { CleanedTransactions } from './cleaned-transactions.ts'
import type { OffsetMap } from './offset-map.ts'

/** The last record that a live producer left: its batch, or its marker, must stay. */
export interface LastOfProducer {
  readonly producerId: number
  readonly producerEpoch: number
  /** -1 when only a marker is left of it. */
  readonly lastDataOffset: number
}

/** By what batches are judged. */
export interface CleaningRules {
  readonly map: OffsetMap
  readonly transactions: CleanedTransactions
  readonly producers: ReadonlyMap<number, LastOfProducer>
  /** The end of the range that may be cleaned in this round. */
  readonly endOffset: number
  readonly nowMs: number
  readonly deleteRetentionMs: number
}

/** Bytes to write instead of a batch; `undefined` for none, `damage` when the batch cannot be read. */
export type CleanedBatch = Buffer | undefined | { readonly damage: string }

/** Cleans batches one after the other; its memory is reused, so an answer is valid until the next call. */
export class BatchCleaner {
  readonly #rules: CleaningRules
  readonly #cursor = new RecordCursor()
  readonly #builder = new BatchBuilder(1 << 16)

  constructor(rules: CleaningRules) {
    this.#rules = rules
  }

  clean(batch: RecordBatch): CleanedBatch {
    const { transactions, nowMs } = this.#rules
    const mayGo = transactions.passes(batch)
    const horizonMs = batch.hasDeleteHorizon ? batch.baseTimestamp : undefined
    // A marker goes some time after its data, so that readers in the middle of the transaction still meet it.
    const isDiscarded =
      mayGo && (!batch.isControl || (horizonMs !== undefined && horizonMs <= nowMs))
    if (isDiscarded) return this.#staysEmpty(batch) ? this.#empty(batch) : undefined
    if (batch.isControl) {
      if (batch.recordCount === 0) return this.#staysEmpty(batch) ? batch.slice() : undefined
      return mayGo && horizonMs === undefined ? this.#rebuild(batch, allRecords) : batch.slice()
    }
    return this.#filter(batch, horizonMs)
  }

  #filter(batch: RecordBatch, horizonMs: number | undefined): CleanedBatch {
    const cursor = this.#cursor
    let kept = 0
    let hasTombstone = false
    const failed = cursor.open(batch)
    if (failed !== undefined) return { damage: failed.message }
    while (cursor.next()) {
      if (!this.#keeps(cursor, horizonMs)) continue
      kept += 1
      if (cursor.valueLength < 0) hasTombstone = true
    }
    if (cursor.fault !== undefined) return { damage: cursor.fault.message }
    if (kept === 0) return this.#staysEmpty(batch) ? this.#empty(batch) : undefined
    if (kept === batch.recordCount && !(hasTombstone && horizonMs === undefined)) {
      return batch.slice()
    }
    const sets = hasTombstone && horizonMs === undefined
    return this.#rebuild(batch, (each) => this.#keeps(each, horizonMs), sets)
  }

  /** A record stays if it is its key's newest, and a tombstone only until the delete horizon. */
  #keeps(cursor: RecordCursor, horizonMs: number | undefined): boolean {
    const { map, nowMs } = this.#rules
    if (cursor.offset > map.latestOffset) return true
    if (cursor.keyLength < 0) return false
    const newest = map.get(cursor.bytes, cursor.keyPosition, cursor.keyLength)
    if (cursor.offset < newest) return false
    return cursor.valueLength >= 0 || horizonMs === undefined || nowMs < horizonMs
  }

  #staysEmpty(batch: RecordBatch): boolean {
    if (batch.nextOffset === this.#rules.endOffset) return true
    if (!batch.hasProducerId) return false
    const last = this.#rules.producers.get(batch.producerId)
    if (last === undefined) return false
    return last.lastDataOffset >= 0
      ? batch.lastOffset === last.lastDataOffset
      : batch.isControl && batch.producerEpoch === last.producerEpoch
  }

  #empty(batch: RecordBatch): Buffer {
    return this.#builder.reset(-1).build(headerOf(batch))
  }

  /** The batch with those records; `setsHorizon` gives it the time from which tombstones or its marker may go. */
  #rebuild(
    batch: RecordBatch,
    keeps: (cursor: RecordCursor) => boolean,
    setsHorizon = true,
  ): CleanedBatch {
    const { nowMs, deleteRetentionMs } = this.#rules
    const cursor = this.#cursor
    const failed = cursor.open(batch)
    if (failed !== undefined) return { damage: failed.message }
    const builder = this.#builder
    if (setsHorizon) builder.reset(nowMs + deleteRetentionMs)
    else if (batch.hasDeleteHorizon) builder.reset(batch.baseTimestamp)
    else builder.reset()
    while (cursor.next()) {
      if (!keeps(cursor)) continue
      const headers = cursor.headerCount === 0 ? undefined : cursor.headers()
      builder.append(cursor.timestamp, cursor.key(), cursor.value(), headers, cursor.offsetDelta)
    }
    if (cursor.fault !== undefined) return { damage: cursor.fault.message }
    const maxTimestamp =
      batch.timestampType === 'LogAppendTime' ? batch.maxTimestamp : builder.maxTimestamp
    return builder.build({
      ...headerOf(batch),
      maxTimestamp,
      compression: batch.compression ?? 'none',
      hasDeleteHorizon: setsHorizon || batch.hasDeleteHorizon,
    })
  }
}

const allRecords = (): boolean => true

function headerOf(batch: RecordBatch): NonNullable<Parameters<BatchBuilder['build']>[0]> {
  return {
    baseOffset: batch.baseOffset,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    timestampType: batch.timestampType,
    maxTimestamp: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
    lastOffsetDelta: batch.lastOffsetDelta,
  }
}
