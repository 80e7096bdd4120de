// Reading a segment file from one place to another, batch by batch, in large steps. The caller sees one view that moves;
// the memory is the scan's own and is reused.

import { BatchWalk, LegacyMessage, type RecordBatch } from '@samsa/protocol'
import type { DiskFile } from '@samsa/world'

const STEP_BYTES = 1 << 20

/** How a scan ended. */
export interface ScanEnd {
  /** Where the last batch that was accepted ends. */
  readonly position: number
  /** Why the scan stopped before `end`; `undefined` when it did not. */
  readonly damage?: string
  /** The scan stopped at a sound message of magic 0 or 1, which are not read here: no damage, but the end all the same. */
  readonly isLegacy?: boolean
}

/** What to do after a batch: go on, or stop with this batch accepted or refused. */
export type ScanVerdict = 'continue' | 'stop' | { readonly damage: string }

/**
 * Shows the batches of `[start, end)` in order. `visit` returns 'continue', 'stop' (the batch counts, the scan ends) or
 * what is wrong with the batch (it does not count, the scan ends with that damage). `stepped` is awaited after each step
 * through the file, with the batches that were shown and where they lie.
 */
export async function scanSegment(
  file: DiskFile,
  { start, end }: { readonly start: number; readonly end: number },
  visit: (batch: RecordBatch, position: number) => ScanVerdict,
  stepped?: (batches: Buffer, position: number) => Promise<void>,
): Promise<ScanEnd> {
  let buffer = Buffer.allocUnsafe(Math.max(1, Math.min(STEP_BYTES, end - start)))
  const walk = new BatchWalk(buffer, 0, 0)
  let position = start
  while (position < end) {
    const wanted = Math.min(buffer.length, end - position)
    const available = await file.read(buffer.subarray(0, wanted), position)
    walk.restart(buffer, 0, available)
    while (walk.next()) {
      if (walk.magic !== 2) {
        // A torn header looks like an old message; only a checksum tells the two apart.
        const isLegacy = new LegacyMessage(buffer, walk.batchPosition).verifyChecksum()
        const damage = isLegacy
          ? `a message of magic ${walk.magic}; logs are read from magic 2 on`
          : `no batch, and no message of magic ${walk.magic} either`
        return { position: position + walk.batchPosition, damage, isLegacy }
      }
      const verdict = visit(walk.batch, position + walk.batchPosition)
      if (verdict === 'stop') return { position: position + walk.position }
      if (verdict !== 'continue') {
        return { position: position + walk.batchPosition, damage: verdict.damage }
      }
    }
    const progress = walk.position
    await stepped?.(buffer.subarray(0, progress), position)
    if (walk.fault !== undefined) {
      return { position: position + progress, damage: walk.fault.message }
    }
    position += progress
    if (progress > 0) continue
    if (available < wanted || position + wanted >= end) {
      return { position, damage: `the last batch is cut off: only ${available} bytes are there` }
    }
    // The batch is larger than the buffer.
    const needed = nextBatchBytes(buffer, available)
    if (needed > end - position) {
      return { position, damage: `the last batch is cut off: ${needed} bytes were to follow` }
    }
    buffer = Buffer.allocUnsafe(needed)
  }
  return { position }
}

/** The bytes that the batch at the beginning of `buffer` says it has. */
function nextBatchBytes(buffer: Buffer, available: number): number {
  return available >= 12 ? buffer.readInt32BE(8) + 12 : available + 12
}
