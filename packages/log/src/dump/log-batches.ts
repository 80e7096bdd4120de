// The batches of a segment file in order, also behind damage, as long as the lengths in front of them can be followed.
// Unlike `scanSegment` the memory of each step is fresh, so that what was shown stays valid.

import { BatchWalk, type RecordBatch } from '@samsa/protocol'
import type { DiskFile } from '@samsa/world'

const STEP_BYTES = 1 << 20

/** The bytes in front of a batch that say how long it is. */
const LENGTH_END = 12

/** A batch where it lies. `batch` is meaningful for magic 2; it moves on with the next step. */
export interface FoundBatch {
  readonly kind: 'batch'
  /** In the file. */
  readonly position: number
  readonly magic: number
  readonly batch: RecordBatch
  /** The bytes that were read, and where in them the batch begins. */
  readonly bytes: Buffer
  readonly bytesPosition: number
}

/** What ended the walk before the end of the file. */
export interface WalkStop {
  readonly kind: 'stop'
  readonly position: number
  /** A sentence. */
  readonly what: string
}

/** Walks the file from its beginning to `sizeInBytes`. */
export async function* batchesIn(
  file: DiskFile,
  sizeInBytes: number,
): AsyncGenerator<FoundBatch | WalkStop, void, undefined> {
  let position = 0
  let stepBytes = STEP_BYTES
  const walk = new BatchWalk(Buffer.alloc(0))
  while (position < sizeInBytes) {
    const wanted = Math.min(stepBytes, sizeInBytes - position)
    const bytes = Buffer.allocUnsafeSlow(wanted)
    const available = await file.read(bytes, position)
    walk.restart(bytes, 0, available)
    while (walk.next()) {
      const { batchPosition: bytesPosition, batch, magic } = walk
      yield {
        kind: 'batch',
        position: position + bytesPosition,
        magic,
        batch,
        bytes,
        bytesPosition,
      }
    }
    position += walk.position
    if (walk.fault !== undefined) {
      yield { kind: 'stop', position, what: await describeFault(file, position, walk) }
      return
    }
    stepBytes = STEP_BYTES
    if (walk.position > 0) continue
    const rest = sizeInBytes - position
    const needed = available < LENGTH_END ? LENGTH_END : bytes.readInt32BE(8) + LENGTH_END
    if (needed > rest || available < wanted) {
      const what = `The last batch is cut off: ${rest} of its ${needed} bytes are there.`
      const unframed = `The last batch is cut off: only ${rest} bytes are there.`
      yield { kind: 'stop', position, what: available < LENGTH_END ? unframed : what }
      return
    }
    stepBytes = needed
  }
}

async function describeFault(file: DiskFile, position: number, walk: BatchWalk): Promise<string> {
  const size = await file.size()
  if (await isZero(file, position, size)) {
    return `The ${size - position} bytes from here to the end are zeros: reserved, never written.`
  }
  return walk.fault?.message ?? ''
}

async function isZero(file: DiskFile, start: number, end: number): Promise<boolean> {
  const bytes = Buffer.allocUnsafeSlow(Math.max(1, Math.min(STEP_BYTES, end - start)))
  for (let position = start; position < end; position += bytes.length) {
    const read = await file.read(
      bytes.subarray(0, Math.min(bytes.length, end - position)),
      position,
    )
    if (read === 0) return false
    for (let i = 0; i < read; i += 1) if (bytes[i] !== 0) return false
  }
  return true
}
