// Reads a partition as consumers with read_committed do: up to the last stable offset, without what was aborted.

import { BatchWalk, controlTypeOf, Fetch, readRecords } from '@samsa/protocol'
import type { Asker } from '../broker/destination.ts'

/** Topic of all stories. */
export const topic = 'stories'

/** What one fetch gave. */
export interface Fetched {
  readonly records: readonly { readonly offset: number; readonly value: number }[]
  readonly nextOffset: number
  readonly lastStableOffset: number
  readonly highWatermark: number
}

/** Fetches from `offset` on; undefined when there was no answer, or an error. */
export async function readCommitted(
  client: Asker,
  partition: number,
  offset: number,
  currentLeaderEpoch: number = -1,
): Promise<Fetched | undefined> {
  const place = { partition, fetchOffset: offset, partitionMaxBytes: 20_000, currentLeaderEpoch }
  const answer = await client.ask(
    (connection) =>
      connection.send(Fetch, 11, {
        maxWaitMs: 50,
        minBytes: 1,
        maxBytes: 100_000,
        isolationLevel: 1,
        topics: [{ topic, partitions: [place] }],
      }),
    { kind: 'leader', partition },
  )
  const one = answer?.responses[0]?.partitions[0]
  if (one === undefined || one.errorCode !== 0) return undefined
  const records: { offset: number; value: number }[] = []
  const begun = (one.abortedTransactions ?? []).toSorted((a, b) => a.firstOffset - b.firstOffset)
  const aborted = new Set<number>()
  const walk = new BatchWalk(one.records ?? Buffer.alloc(0))
  let nextOffset = offset
  while (walk.next()) {
    const { batch } = walk
    nextOffset = batch.nextOffset
    for (let first = begun[0]; first !== undefined; first = begun[0]) {
      if (first.firstOffset > batch.lastOffset) break
      aborted.add(first.producerId)
      begun.shift()
    }
    const { records: stored } = readRecords(batch)
    if (batch.isControl) {
      if (controlTypeOf(stored[0]?.key ?? null) === 'abort') aborted.delete(batch.producerId)
      continue
    }
    if (batch.isTransactional && aborted.has(batch.producerId)) continue
    for (const { offset: at, value } of stored) {
      if (at >= offset) records.push({ offset: at, value: Number(value?.toString()) })
    }
  }
  const { lastStableOffset, highWatermark } = one
  return { records, nextOffset, lastStableOffset, highWatermark }
}
