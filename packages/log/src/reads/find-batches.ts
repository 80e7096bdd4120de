// Which of the batches in a buffer answer a read: whole ones, from the one that holds the offset on.

import { BatchWalk, KafkaError } from '@samsa/protocol'

/** What a read may return. */
export interface BatchLimits {
  readonly maxBytes: number
  /** Whether the first batch is returned even if it is larger than `maxBytes`. */
  readonly minOneBatch: boolean
  /** Batches that reach beyond it are not returned. */
  readonly endOffset: number
}

/** What there is in a buffer; positions are places in it. */
export type Found =
  | {
      readonly kind: 'found'
      readonly start: number
      readonly end: number
      readonly baseOffset: number
      readonly nextOffset: number
    }
  /** Nothing to return: beyond the end offset, or larger than allowed. */
  | { readonly kind: 'none' }
  | { readonly kind: 'skip'; readonly skipBytes: number; readonly needBytes: number }

const walked = new BatchWalk(Buffer.alloc(0))

/** The batches to return of `[from, available)`, where a batch begins. Throws CORRUPT_MESSAGE where none does. */
export function findBatches(
  buffer: Buffer,
  { from, available }: { readonly from: number; readonly available: number },
  offset: number,
  limits: BatchLimits,
): Found {
  const walk = walked.restart(buffer, from, available)
  let start = -1
  let end = -1
  let baseOffset = -1
  let nextOffset = offset
  while (walk.next()) {
    const { batch } = walk
    const next = batch.nextOffset
    if (start < 0) {
      if (next <= offset) continue
      start = walk.batchPosition
      baseOffset = batch.baseOffset
    }
    if (next > limits.endOffset) break
    if (walk.position - start > limits.maxBytes && (end > 0 || !limits.minOneBatch)) break
    end = walk.position
    nextOffset = next
  }
  if (end > 0) return { kind: 'found', start, end, baseOffset, nextOffset }
  if (start >= 0) return { kind: 'none' }
  if (walk.fault !== undefined) throw new KafkaError('CORRUPT_MESSAGE', walk.fault.message)
  const rest = available - walk.position
  const needBytes = rest >= 12 ? buffer.readInt32BE(walk.position + 8) + 12 : 0
  if (!limits.minOneBatch && needBytes > limits.maxBytes) return { kind: 'none' }
  return { kind: 'skip', skipBytes: walk.position - from, needBytes }
}
