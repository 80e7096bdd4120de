// The newest records of one log that are still in the arena: a row of extents without gaps, ending at the log's end.
//
// Invariant: extents are in order of offsets, each begins where the one before it ends, and together they reach to the
// offset that was assigned last. Eviction takes extents from the front, truncation from the back.

import { BatchWalk } from '@samsa/protocol'
import type { ArenaChunk, ArenaSpan } from './append-arena.ts'

/** Appends that follow each other in memory become one extent up to this size, so that a walk through it is short. */
const EXTENT_BYTES = 32 * 1024

/** A run of whole batches in one chunk. */
export interface TailExtent {
  readonly chunk: ArenaChunk
  start: number
  end: number
  baseOffset: number
  nextOffset: number
}

/** Batches found in memory. */
export interface TailSlice {
  readonly chunks: Buffer[]
  readonly held: ArenaChunk[]
  readonly sizeInBytes: number
  readonly baseOffset: number
  readonly nextOffset: number
}

/** The cache of one log's newest records. */
export class LogTail {
  #extents: TailExtent[] = []
  #first = 0
  readonly #walk = new BatchWalk(Buffer.alloc(0))
  #nextOffset = 0

  /** The first offset in memory; `undefined` when nothing is. */
  get baseOffset(): number | undefined {
    return this.#extents[this.#first]?.baseOffset
  }

  /** Notes batches that were copied into the arena. */
  append(span: ArenaSpan, baseOffset: number, nextOffset: number): void {
    const last = this.#extents.at(-1)
    if (
      last !== undefined &&
      this.#first < this.#extents.length &&
      last.chunk === span.chunk &&
      last.end === span.start &&
      span.end - last.start <= EXTENT_BYTES
    ) {
      last.end = span.end
      last.nextOffset = nextOffset
      return
    }
    this.#extents.push({
      chunk: span.chunk,
      start: span.start,
      end: span.end,
      baseOffset,
      nextOffset,
    })
    if (last?.chunk !== span.chunk) span.chunk.tails.add(this)
  }

  /**
   * Whole batches from the one that holds `offset`, below `endOffset` and within `maxBytes`; the first one even if it
   * is larger, when `minOneBatch` says so. `undefined` when the batch is not in memory.
   */
  read(
    offset: number,
    endOffset: number,
    { maxBytes, minOneBatch }: { readonly maxBytes: number; readonly minOneBatch: boolean },
  ): TailSlice | undefined {
    const found = this.#find(offset)
    const first = this.#extents[found]
    if (first === undefined) return undefined
    const chunks: Buffer[] = []
    const held: ArenaChunk[] = []
    let sizeInBytes = 0
    let baseOffset = -1
    let nextOffset = offset
    for (let i = found; i < this.#extents.length; i += 1) {
      const extent = this.#extents[i]
      if (extent === undefined || extent.baseOffset >= endOffset) break
      const start = i === found ? this.#startOf(extent, offset) : extent.start
      // Offsets may have gaps where a leader's compaction removed batches.
      if (start === extent.end) continue
      const room = maxBytes - sizeInBytes
      const mayExceed = minOneBatch && sizeInBytes === 0
      const fits = extent.nextOffset <= endOffset && extent.end - start <= room
      const end = fits ? extent.end : this.#cut(extent, start, endOffset, room, mayExceed)
      if (end === start) break
      if (baseOffset < 0) baseOffset = this.#batchOffset(extent, start)
      chunks.push(extent.chunk.bytes.subarray(start, end))
      held.push(extent.chunk)
      sizeInBytes += end - start
      nextOffset = fits ? extent.nextOffset : this.#nextOffset
      if (!fits) break
    }
    return { chunks, held, sizeInBytes, baseOffset, nextOffset }
  }

  /** Where whole batches below `endOffset` and within `room` end; leaves the offset after them in `#nextOffset`. */
  #cut(
    extent: TailExtent,
    start: number,
    endOffset: number,
    room: number,
    mayExceed: boolean,
  ): number {
    const walk = this.#walk.restart(extent.chunk.bytes, start, extent.end)
    let end = start
    while (walk.next() && walk.batch.nextOffset <= endOffset) {
      if (walk.position - start > room && !(mayExceed && end === start)) break
      end = walk.position
      this.#nextOffset = walk.batch.nextOffset
    }
    return end
  }

  /** Where in the extent the batch begins that holds `offset`. */
  #startOf(extent: TailExtent, offset: number): number {
    if (extent.baseOffset === offset) return extent.start
    const walk = this.#walk.restart(extent.chunk.bytes, extent.start, extent.end)
    while (walk.next()) {
      if (walk.batch.nextOffset > offset) return walk.batchPosition
    }
    return extent.end
  }

  #batchOffset(extent: TailExtent, start: number): number {
    this.#walk.restart(extent.chunk.bytes, start, extent.end).next()
    return this.#walk.batch.baseOffset
  }

  /** The extent that holds `offset`; -1 when it is not in memory. */
  #find(offset: number): number {
    let low = this.#first
    let high = this.#extents.length
    if (low === high || offset < (this.#extents[low]?.baseOffset ?? 0)) return -1
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#extents[middle]?.baseOffset ?? 0) <= offset) low = middle
      else high = middle
    }
    return low
  }

  /** Forgets what lies in `chunk`, the oldest one: the arena is about to reuse the memory. */
  evict(chunk: ArenaChunk): void {
    const extents = this.#extents
    let first = this.#first
    while (first < extents.length && extents[first]?.chunk === chunk) first += 1
    this.#first = first
    if (first * 2 > extents.length) {
      this.#extents = extents.slice(first)
      this.#first = 0
    }
  }

  /** Forgets the batches before `offset`, which begins a batch: compaction has rewritten them. */
  dropBefore(offset: number): void {
    while ((this.#extents[this.#first]?.nextOffset ?? Infinity) <= offset) this.#first += 1
    const extent = this.#extents[this.#first]
    if (extent === undefined || extent.baseOffset >= offset) return
    extent.start = this.#startOf(extent, offset)
    extent.baseOffset = offset
  }

  /** Forgets the batches from `endOffset` on, which begins a batch. */
  truncate(endOffset: number): void {
    for (;;) {
      const last = this.#extents.at(-1)
      if (last === undefined || last.nextOffset <= endOffset) break
      if (last.baseOffset < endOffset) {
        last.end = this.#startOf(last, endOffset)
        last.nextOffset = endOffset
        break
      }
      this.#extents.pop()
    }
    if (this.#first > this.#extents.length) this.#first = this.#extents.length
  }

  /** Forgets everything. */
  clear(): void {
    for (const extent of this.#extents) extent.chunk.tails.delete(this)
    this.#extents = []
    this.#first = 0
  }
}
