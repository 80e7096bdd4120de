// Which aborted transactions a reader of committed records must leave out of what it read.

import { type AbortedTransaction, collectAborted } from '../indexes/transaction-index.ts'
import type { LogState } from '../log-state.ts'
import { indexesOf, knownAbortedOf } from '../segments/segment-indexes.ts'

/** The aborted transactions that touch `[fetchOffset, upperBound)`, in order of their markers. */
export function abortedTransactions(
  log: LogState,
  fetchOffset: number,
  upperBound: number,
): readonly AbortedTransaction[] | Promise<readonly AbortedTransaction[]> {
  const found: AbortedTransaction[] = []
  const first = log.segments.indexOf(fetchOffset)
  for (let i = first; i < log.segments.count; i += 1) {
    const segment = log.segments.at(i)
    const aborted = segment === undefined ? [] : knownAbortedOf(segment)
    if (aborted === undefined) return readOn(log, { fetchOffset, upperBound, from: i, found })
    if (collectAborted(aborted, fetchOffset, upperBound, found)) return found
  }
  return found
}

async function readOn(
  log: LogState,
  search: {
    readonly fetchOffset: number
    readonly upperBound: number
    readonly from: number
    readonly found: AbortedTransaction[]
  },
): Promise<readonly AbortedTransaction[]> {
  const { fetchOffset, upperBound, from, found } = search
  for (const segment of log.segments.all.slice(from)) {
    const aborted = knownAbortedOf(segment) ?? (await indexesOf(log, segment)).aborted
    if (collectAborted(aborted, fetchOffset, upperBound, found)) break
  }
  return found
}
