// What a read of a log answers with.

import type { AbortedTransaction } from '../indexes/transaction-index.ts'

/** Whole batches, by reference. The bytes stay valid until `release`. */
export interface ReadResult {
  readonly chunks: readonly Buffer[]
  readonly sizeInBytes: number
  /** Base offset of the first batch; it may lie before the offset that was asked for. -1 without batches. */
  readonly baseOffset: number
  /** The offset after the last batch; what was asked for without batches. */
  readonly nextOffset: number
  /** What a reader of committed records must leave out; only for reads up to the last stable offset. */
  readonly abortedTransactions?: readonly AbortedTransaction[]
  /** The bytes are not needed any more. Call it once. */
  release(): void
}

const nothing = (): void => {}

/** No batches. */
export function emptyRead(offset: number): ReadResult {
  return { chunks: [], sizeInBytes: 0, baseOffset: -1, nextOffset: offset, release: nothing }
}
