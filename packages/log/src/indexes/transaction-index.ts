// The transaction index of one segment: the aborted transactions whose abort marker lies in it, in order of their
// markers, as in the `.txnindex` file. Readers of committed records are told which batches to drop from these entries.
//
//   at  bytes  field
//   0   2      version, 0
//   2   8      producer id
//   10  8      first offset of the transaction
//   18  8      last offset: that of the abort marker; strictly rises from entry to entry
//   26  8      last stable offset at the time the marker was written

import { readInt64, writeInt64 } from './int64.ts'

/** Bytes of one entry. */
const TRANSACTION_INDEX_ENTRY_BYTES = 34

/** An aborted transaction. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
  /** Offset of the abort marker. */
  readonly lastOffset: number
  /** The last stable offset when the marker was written: what began before it is known to this entry's readers. */
  readonly lastStableOffset: number
}

/** Reads a `.txnindex` file; a cut or senseless tail is left out and `damage` says so. */
export function parseTransactionIndex(bytes: Buffer): {
  readonly aborted: AbortedTransaction[]
  readonly damage?: string
} {
  const aborted: AbortedTransaction[] = []
  let previous = -1
  for (let at = 0; at < bytes.length; at += TRANSACTION_INDEX_ENTRY_BYTES) {
    if (at + TRANSACTION_INDEX_ENTRY_BYTES > bytes.length) {
      return { aborted, damage: `${bytes.length - at} bytes behind the last whole entry` }
    }
    const version = bytes.readInt16BE(at)
    if (version !== 0) return { aborted, damage: `entry at byte ${at} has version ${version}` }
    const entry = {
      producerId: readInt64(bytes, at + 2),
      firstOffset: readInt64(bytes, at + 10),
      lastOffset: readInt64(bytes, at + 18),
      lastStableOffset: readInt64(bytes, at + 26),
    }
    if (entry.lastOffset <= previous || entry.firstOffset > entry.lastOffset) {
      return { aborted, damage: `entry at byte ${at} does not rise` }
    }
    previous = entry.lastOffset
    aborted.push(entry)
  }
  return { aborted }
}

/** The content of a `.txnindex` file. */
export function formatTransactionIndex(aborted: readonly AbortedTransaction[]): Buffer {
  const bytes = Buffer.alloc(aborted.length * TRANSACTION_INDEX_ENTRY_BYTES)
  let at = 0
  for (const entry of aborted) {
    bytes.writeInt16BE(0, at)
    writeInt64(bytes, at + 2, entry.producerId)
    writeInt64(bytes, at + 10, entry.firstOffset)
    writeInt64(bytes, at + 18, entry.lastOffset)
    writeInt64(bytes, at + 26, entry.lastStableOffset)
    at += TRANSACTION_INDEX_ENTRY_BYTES
  }
  return bytes
}

/**
 * Adds the entries of one segment that matter to a reader of `[fetchOffset, upperBound)`. Returns true when the search
 * is complete: an entry whose last stable offset reaches the upper bound proves that no later segment has more.
 */
export function collectAborted(
  entries: readonly AbortedTransaction[],
  fetchOffset: number,
  upperBound: number,
  into: AbortedTransaction[],
): boolean {
  for (const entry of entries) {
    if (entry.lastOffset >= fetchOffset && entry.firstOffset < upperBound) into.push(entry)
    if (entry.lastStableOffset >= upperBound) return true
  }
  return false
}
