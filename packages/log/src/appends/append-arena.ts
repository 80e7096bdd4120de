// The memory that every appended byte of a broker passes through: a ring of chunks, filled in order, reused when they
// are old. An append is copied once, behind the one before it; from there it is written to disk, and from there recent
// records are served until the chunk is needed again.
//
// Invariant: a chunk's memory is reused only when nobody holds it (no pending write, no unreleased read) and after every
// tail cache that looked into it has forgotten it. Chunks are evicted whole, oldest first.

import { assert } from '@samsa/world'
import type { LogTail } from './log-tail.ts'

const CHUNK_BYTES = 1 << 20

/** One piece of the ring. */
export interface ArenaChunk {
  readonly bytes: Buffer
  /** Bytes filled so far. */
  used: number
  /** Pending writes and unreleased reads that refer to the memory. */
  holds: number
  isEvicted: boolean
  /** The caches that look into it. */
  readonly tails: Set<LogTail>
}

/** Where a copy lies. */
export interface ArenaSpan {
  readonly chunk: ArenaChunk
  readonly start: number
  readonly end: number
}

/** The append arena of one broker. */
export class AppendArena {
  readonly #budgetBytes: number
  /** Oldest first; the last one is being filled. */
  readonly #ring: ArenaChunk[] = []
  #free: Buffer[] = []
  #allocatedBytes = 0
  #unwrittenBytes = 0

  /** `budgetBytes` bounds what is kept for reading; pending writes may exceed it for a while. */
  constructor(budgetBytes: number) {
    this.#budgetBytes = Math.max(budgetBytes, CHUNK_BYTES)
  }

  /** Bytes of memory taken from the system and not given back. */
  get allocatedBytes(): number {
    return this.#allocatedBytes
  }

  /** Bytes copied in whose write has not completed. */
  get unwrittenBytes(): number {
    return this.#unwrittenBytes
  }

  /** Copies `records` behind what was copied before. The span is held until `written`. */
  copy(records: Buffer): ArenaSpan {
    const chunk = this.#roomFor(records.length)
    const start = chunk.used
    records.copy(chunk.bytes, start)
    chunk.used = start + records.length
    chunk.holds += 1
    this.#unwrittenBytes += records.length
    return { chunk, start, end: chunk.used }
  }

  /** Gives back the last copy, unless something was copied after it: a batch that was refused. */
  undo(span: ArenaSpan): void {
    if (span.chunk.used === span.end) span.chunk.used = span.start
    this.written(span)
  }

  /** The write of a span is over, well or badly. */
  written(span: ArenaSpan): void {
    this.#unwrittenBytes -= span.end - span.start
    this.release(span.chunk)
  }

  /** Keeps the memory of a chunk from being reused until `release`. */
  hold(chunk: ArenaChunk): void {
    chunk.holds += 1
  }

  release(chunk: ArenaChunk): void {
    assert(chunk.holds > 0, 'a chunk is released as often as it was held')
    chunk.holds -= 1
    if (chunk.holds === 0 && chunk.isEvicted) this.#recycle(chunk.bytes)
  }

  #roomFor(bytes: number): ArenaChunk {
    const current = this.#ring.at(-1)
    if (current !== undefined && current.bytes.length - current.used >= bytes) return current
    const size = Math.ceil(bytes / CHUNK_BYTES) * CHUNK_BYTES
    const chunk: ArenaChunk = {
      bytes: this.#memory(size),
      used: 0,
      holds: 0,
      isEvicted: false,
      tails: new Set(),
    }
    this.#ring.push(chunk)
    return chunk
  }

  #memory(size: number): Buffer {
    for (;;) {
      const reused = this.#free.findIndex((bytes) => bytes.length === size)
      const found = this.#free[reused]
      if (found !== undefined) {
        this.#free.splice(reused, 1)
        return found
      }
      if (this.#allocatedBytes + size <= this.#budgetBytes) break
      // Free memory of another size is given up before records that can still be read.
      const misfit = this.#free.pop()
      if (misfit !== undefined) this.#allocatedBytes -= misfit.length
      else if (!this.#evictOldest()) break
    }
    this.#allocatedBytes += size
    return Buffer.allocUnsafeSlow(size)
  }

  /** False when nothing is left to evict: all memory is held by writes and reads. */
  #evictOldest(): boolean {
    const chunk = this.#ring.shift()
    if (chunk === undefined) return false
    for (const tail of chunk.tails) tail.evict(chunk)
    chunk.tails.clear()
    chunk.isEvicted = true
    if (chunk.holds === 0) this.#recycle(chunk.bytes)
    return true
  }

  #recycle(bytes: Buffer): void {
    if (this.#allocatedBytes > this.#budgetBytes) this.#allocatedBytes -= bytes.length
    else this.#free.push(bytes)
  }
}
