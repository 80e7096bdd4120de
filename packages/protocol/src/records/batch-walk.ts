/**
 * Walks the batches that lie one after the other in a buffer: a produce request's records, a fetch
 * response's, a piece of a segment file.
 *
 * Invariant: a batch is shown only if all of its bytes are there and its header is whole, so that
 * a `RecordBatch` may look at it unasked. Its checksum is not verified here. A tail that is cut off
 * ends the walk quietly, since every fetch may end so; bytes that make no sense end it with a fault.
 */

import { fault } from './batch-fault.ts'
import type { BatchFault } from './batch-fault.ts'
import {
  BATCH_HEADER_BYTES,
  BYTES_UP_TO_MAGIC,
  LENGTH,
  LENGTH_OVERHEAD_BYTES,
  MAGIC,
} from './batch-format.ts'
import { LEGACY_MIN_LENGTH, legacyHeaderBytes } from './legacy-format.ts'
import { RecordBatch } from './record-batch.ts'

/** The largest length that, with the bytes before it, is still an int32. */
const MAX_LENGTH = 0x7fffffff - LENGTH_OVERHEAD_BYTES

/**
 * A walk over batches that allocates nothing per batch:
 * `while (walk.next()) look(walk.batch)`, then ask `walk.fault`, `walk.isCut` and `walk.position`.
 */
export class BatchWalk {
  /** The batch that `next` has just found; the same view every time. Not for magic 0 and 1. */
  readonly batch: RecordBatch
  #bytes: Buffer
  #end: number
  #position: number
  #batchPosition: number
  #magic = 2
  #fault: BatchFault | undefined

  /** Walks `bytes` from `position` up to `end`. */
  constructor(bytes: Buffer, position = 0, end = bytes.length) {
    this.batch = new RecordBatch(bytes, position)
    this.#bytes = bytes
    this.#position = position
    this.#batchPosition = position
    this.#end = end
  }

  /** Begins again over other bytes. */
  restart(bytes: Buffer, position = 0, end = bytes.length): this {
    this.batch.over(bytes, position)
    this.#bytes = bytes
    this.#position = position
    this.#batchPosition = position
    this.#end = end
    this.#fault = undefined
    return this
  }

  /** Goes to the next batch. False at the end, at a cut tail and at a fault. */
  next(): boolean {
    if (this.#fault !== undefined) return false
    const position = this.#position
    const available = this.#end - position
    if (available < LENGTH_OVERHEAD_BYTES) return false
    const length = this.#bytes.readInt32BE(position + LENGTH)
    if (length < LEGACY_MIN_LENGTH) {
      return this.#fail(`The batch's length ${length} is less than ${LEGACY_MIN_LENGTH}.`)
    }
    if (available < BYTES_UP_TO_MAGIC) return false
    const magic = this.#bytes.readInt8(position + MAGIC)
    if (magic < 0 || magic > 2) return this.#fail(`The batch's magic is ${magic}.`)
    if (length > MAX_LENGTH) {
      // Kafka's sum overflows here, which it answers as a failure of its own.
      const message = `The batch's length ${length} leaves the range of int32.`
      this.#fault = fault('UNKNOWN_SERVER_ERROR', position, message)
      return false
    }
    const size = length + LENGTH_OVERHEAD_BYTES
    if (size > available) return false
    const headerBytes = magic === 2 ? BATCH_HEADER_BYTES : legacyHeaderBytes(magic)
    if (size < headerBytes) {
      return this.#fail(`The batch's ${size} bytes are less than its header's ${headerBytes}.`)
    }
    this.#magic = magic
    this.#batchPosition = position
    this.#position = position + size
    this.batch.at(position)
    return true
  }

  /** The magic of the batch that `next` has found; the view `batch` is for magic 2 only. */
  get magic(): number {
    return this.#magic
  }

  /** Where the batch that `next` has found begins. */
  get batchPosition(): number {
    return this.#batchPosition
  }

  /** Where the batch that `next` has found ends: what lies before it is whole batches. */
  get position(): number {
    return this.#position
  }

  /** What ended the walk, if it was neither the end nor a cut tail. */
  get fault(): BatchFault | undefined {
    return this.#fault
  }

  /** After `next` said no: whether bytes of a batch are there whose rest is missing. */
  get isCut(): boolean {
    return this.#fault === undefined && this.#position < this.#end
  }

  #fail(message: string): false {
    this.#fault = fault('CORRUPT_MESSAGE', this.#position, message)
    return false
  }
}
