// Which transactions compaction is in the middle of, going through a log batch by batch. Data of aborted transactions
// goes at once. A marker may go when nothing of its transaction was met; an abort marker that stays keeps its entry in
// the transaction index.

import type { RecordBatch } from '@samsa/protocol'
import type { AbortedTransaction } from '../indexes/transaction-index.ts'
import { readTransactionMarker } from '../producers/transaction-marker.ts'

/** The state between two segments, as plain data. */
export interface TransactionProgress {
  /** Aborted transactions that were not reached yet, by first offset. */
  readonly ahead: readonly AbortedTransaction[]
  /** Aborted transactions whose marker was not reached yet, and whether data of theirs was met. */
  readonly aborted: readonly { readonly entry: AbortedTransaction; readonly hasData: boolean }[]
  /** Producers of transactions that are not aborted and of which data was met. */
  readonly committed: readonly number[]
}

/** The progress before the first batch. */
export function startOfTransactions(aborted: readonly AbortedTransaction[]): TransactionProgress {
  const ahead = [...aborted].sort((one, other) => one.firstOffset - other.firstOffset)
  return { ahead, aborted: [], committed: [] }
}

/** Follows the transactions of a log. */
export class CleanedTransactions {
  readonly #ahead: AbortedTransaction[]
  readonly #aborted = new Map<number, { readonly entry: AbortedTransaction; hasData: boolean }>()
  readonly #committed: Set<number>
  /** Entries of the abort markers that stay, for the new transaction index. */
  retained: AbortedTransaction[] = []

  constructor(progress: TransactionProgress) {
    this.#ahead = [...progress.ahead]
    for (const { entry, hasData } of progress.aborted) {
      this.#aborted.set(entry.producerId, { entry, hasData })
    }
    this.#committed = new Set(progress.committed)
  }

  get progress(): TransactionProgress {
    return {
      ahead: this.#ahead,
      aborted: [...this.#aborted.values()],
      committed: [...this.#committed],
    }
  }

  /** Goes past a batch; true when it may be discarded as far as its transaction is concerned. */
  passes(batch: RecordBatch): boolean {
    this.#reach(batch.lastOffset)
    return batch.isControl ? this.#passesMarker(batch) : this.#passesData(batch)
  }

  #reach(offset: number): void {
    for (;;) {
      const [next] = this.#ahead
      if (next === undefined || next.firstOffset > offset) return
      this.#ahead.shift()
      if (!this.#aborted.has(next.producerId)) {
        this.#aborted.set(next.producerId, { entry: next, hasData: false })
      }
    }
  }

  #passesData(batch: RecordBatch): boolean {
    if (!batch.isTransactional) return false
    const aborted = this.#aborted.get(batch.producerId)
    if (aborted === undefined) {
      this.#committed.add(batch.producerId)
      return false
    }
    aborted.hasData = true
    return true
  }

  #passesMarker(batch: RecordBatch): boolean {
    // An empty control batch was cleaned before.
    if (batch.recordCount === 0) return true
    const marker = readTransactionMarker(batch)
    if (marker === undefined) return false
    if (!marker.isAbort) return !this.#committed.delete(batch.producerId)
    const aborted = this.#aborted.get(batch.producerId)
    this.#aborted.delete(batch.producerId)
    if (aborted?.hasData !== true) return true
    this.retained.push(aborted.entry)
    return false
  }
}
