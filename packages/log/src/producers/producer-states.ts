// The producer state of one partition: every producer id's entry, the transactions that are open, and those that ended
// but whose marker is not replicated yet.
//
// Invariant: the state is a function of the batches from the log's start to `endOffset`, in order (but for producers
// that expired). It can therefore always be rebuilt from a snapshot and the batches behind it.

import type { RecordBatch } from '@samsa/protocol'
import type { AbortedTransaction } from '../indexes/transaction-index.ts'
import { newProducerEntry, type ProducerEntry, rememberBatch } from './producer-entry.ts'
import { readTransactionMarker } from './transaction-marker.ts'

/** A transaction that is open in this partition. */
export interface OngoingTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

interface UnreplicatedTransaction {
  readonly firstOffset: number
  /** Offset of the marker. */
  readonly lastOffset: number
}

/** What a log knows of its producers. */
export class ProducerStates {
  readonly #entries = new Map<number, ProducerEntry>()
  /** By first offset, ascending: transactions are added in order of their first batch. */
  readonly #ongoing = new Map<number, OngoingTransaction>()
  #unreplicated: UnreplicatedTransaction[] = []
  #endOffset = 0

  /** The offset after the last batch that the state includes. */
  get endOffset(): number {
    return this.#endOffset
  }

  get size(): number {
    return this.#entries.size
  }

  entry(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId)
  }

  entries(): Iterable<ProducerEntry> {
    return this.#entries.values()
  }

  ongoing(): Iterable<OngoingTransaction> {
    return this.#ongoing.values()
  }

  /** Whether `producerId` has a transaction open here under this epoch. */
  hasOngoing(producerId: number, producerEpoch: number): boolean {
    const entry = this.#entries.get(producerId)
    return (
      entry !== undefined &&
      entry.transactionStartOffset >= 0 &&
      entry.producerEpoch === producerEpoch
    )
  }

  /** The first offset whose outcome is open or not replicated yet; `undefined` when all is decided. */
  get firstUnstableOffset(): number | undefined {
    let first = this.firstOngoingOffset
    for (const { firstOffset } of this.#unreplicated) {
      if (first === undefined || firstOffset < first) first = firstOffset
    }
    return first
  }

  /** The first offset of the oldest open transaction. */
  get firstOngoingOffset(): number | undefined {
    for (const firstOffset of this.#ongoing.keys()) return firstOffset
    return undefined
  }

  /**
   * Takes a batch of the log into account. Returns the transaction that it aborted, for the transaction index.
   * Nothing is checked: the batch is in the log already, or a leader has checked it.
   */
  add(batch: RecordBatch): AbortedTransaction | undefined {
    const nextOffset = batch.nextOffset
    let aborted: AbortedTransaction | undefined
    if (batch.hasProducerId) {
      if (batch.isControl) aborted = this.#addMarker(batch)
      else this.#addData(batch)
    }
    this.#endOffset = nextOffset
    return aborted
  }

  #addData(batch: RecordBatch): void {
    const entry = this.#known(batch.producerId)
    rememberBatch(entry, batch.producerEpoch, {
      lastSequence: batch.lastSequence,
      lastOffset: batch.lastOffset,
      offsetDelta: batch.lastOffsetDelta,
      timestamp: batch.maxTimestamp,
    })
    if (batch.isTransactional && entry.transactionStartOffset < 0) {
      entry.transactionStartOffset = batch.baseOffset
      this.#ongoing.set(batch.baseOffset, {
        producerId: entry.producerId,
        firstOffset: batch.baseOffset,
      })
    }
  }

  #addMarker(batch: RecordBatch): AbortedTransaction | undefined {
    const marker = readTransactionMarker(batch)
    // Compaction keeps the last marker of a live producer, empty, because its epoch fences older ones.
    if (marker === undefined && batch.recordCount > 0) return undefined
    const entry = this.#known(batch.producerId)
    const firstOffset = entry.transactionStartOffset
    if (entry.producerEpoch !== batch.producerEpoch) {
      entry.producerEpoch = batch.producerEpoch
      entry.batches = []
    }
    entry.lastTimestamp = batch.maxTimestamp
    if (marker === undefined) return undefined
    entry.coordinatorEpoch = marker.coordinatorEpoch
    entry.transactionStartOffset = -1
    // A marker without a transaction has no effect on readers.
    if (firstOffset < 0) return undefined
    this.#ongoing.delete(firstOffset)
    const lastOffset = batch.baseOffset
    this.#unreplicated.push({ firstOffset, lastOffset })
    if (!marker.isAbort) return undefined
    const lastStableOffset = this.firstOngoingOffset ?? lastOffset + 1
    return { producerId: entry.producerId, firstOffset, lastOffset, lastStableOffset }
  }

  #known(producerId: number): ProducerEntry {
    const known = this.#entries.get(producerId)
    if (known !== undefined) return known
    const entry = newProducerEntry(producerId)
    this.#entries.set(producerId, entry)
    return entry
  }

  /** Batches without producers, or none at all, up to `offset`. */
  advanceTo(offset: number): void {
    if (offset > this.#endOffset) this.#endOffset = offset
  }

  /** Markers below the high watermark no longer hold the last stable offset back. */
  highWatermarkMoved(highWatermark: number): void {
    if (this.#unreplicated.length === 0) return
    this.#unreplicated = this.#unreplicated.filter((each) => each.lastOffset >= highWatermark)
  }

  /** Forgets producers that were idle for `expirationMs`, unless they have a transaction open. */
  expire(nowMs: number, expirationMs: number): void {
    for (const [producerId, entry] of this.#entries) {
      if (isExpired(entry, nowMs, expirationMs)) this.#entries.delete(producerId)
    }
  }

  /** Starts again from a snapshot's entries, or from nothing, at `endOffset`. */
  load(entries: readonly ProducerEntry[], endOffset: number): void {
    this.#entries.clear()
    this.#ongoing.clear()
    this.#unreplicated = []
    this.#endOffset = endOffset
    const open: OngoingTransaction[] = []
    for (const entry of entries) {
      this.#entries.set(entry.producerId, entry)
      if (entry.transactionStartOffset >= 0) {
        open.push({ producerId: entry.producerId, firstOffset: entry.transactionStartOffset })
      }
    }
    open.sort((one, other) => one.firstOffset - other.firstOffset)
    for (const transaction of open) this.#ongoing.set(transaction.firstOffset, transaction)
  }
}

function isExpired(entry: ProducerEntry, nowMs: number, expirationMs: number): boolean {
  return entry.transactionStartOffset < 0 && nowMs - entry.lastTimestamp >= expirationMs
}
