// One assigned partition: where its reader is, what has been fetched ahead, and whether more may be. Pure.
//
// Invariants: records are handed out in the order of their offsets, none twice and none left out unless somebody sought;
// an answer to a fetch that no longer fits the position is dropped; fetched bytes that wait are bounded.

import type { FetchedChunk } from './fetched-chunk.ts'
import type { StartPosition } from './start-position.ts'

/** The reader of one partition. */
export class PartitionState {
  readonly topic: string
  readonly partition: number
  /** Undefined while the position has to be found out. */
  #position: number | undefined
  #start: StartPosition | undefined
  #fetchOffset = -1
  #chunks: FetchedChunk[] = []
  isPaused = false
  /** Whether the position is being asked for. */
  isLocating = false
  /** An error was told that does not pass: nothing is fetched until somebody seeks. */
  isResting = false
  /** The end that a reader can reach: high watermark, or last stable offset; -1 until a fetch was answered. */
  endOffset = -1
  logStartOffset = -1

  constructor(topic: string, partition: number, start: StartPosition | undefined) {
    this.topic = topic
    this.partition = partition
    this.seek(start)
  }

  /** The offset of the next record to be handed out; undefined until it is known. */
  get position(): number | undefined {
    return this.#position
  }

  /** Where the reader wants to be, as long as that is no offset. Undefined too where the policy is to decide. */
  get start(): StartPosition | undefined {
    return this.#start
  }

  /** The offset to fetch next. */
  get fetchOffset(): number {
    return this.#fetchOffset
  }

  get bufferedBytes(): number {
    let bytes = 0
    for (const chunk of this.#chunks) bytes += chunk.sizeInBytes
    return bytes
  }

  /** Records that are not read yet, as far as is known; undefined before the first fetch. */
  get lag(): number | undefined {
    if (this.#position === undefined || this.endOffset < 0) return undefined
    return Math.max(0, this.endOffset - this.#position)
  }

  /** Goes elsewhere; what was fetched ahead is dropped. Undefined leaves the choice to the reset policy. */
  seek(start: StartPosition | undefined): void {
    this.#chunks = []
    this.#start = typeof start === 'number' ? undefined : start
    this.#position = typeof start === 'number' ? start : undefined
    this.#fetchOffset = this.#position ?? -1
    this.isLocating = false
    this.isResting = false
  }

  /** Whether more may be fetched: the position is known, and less than `maxBytes` wait. */
  mayFetch(maxBytes: number): boolean {
    if (this.#position === undefined || this.isPaused || this.isResting) return false
    return this.bufferedBytes < maxBytes
  }

  /** Takes the answer to a fetch from `fetchOffset`; false when the reader has gone elsewhere since. */
  fetched(fetchOffset: number, chunk: FetchedChunk | undefined): boolean {
    if (this.#position === undefined || fetchOffset !== this.#fetchOffset) return false
    if (chunk === undefined) return true
    this.#chunks.push(chunk)
    this.#fetchOffset = chunk.nextOffset
    return true
  }

  /** What is to be handed out next, unless the partition is paused. */
  get ready(): FetchedChunk | undefined {
    return this.isPaused ? undefined : this.#chunks[0]
  }

  /** The first chunk has been handed out to its end. */
  finish(chunk: FetchedChunk): void {
    if (this.#chunks[0] !== chunk) return
    this.#chunks.shift()
    if (this.#position !== undefined && chunk.nextOffset > this.#position) {
      this.#position = chunk.nextOffset
    }
  }

  /** A record was handed out; the next one is at `offset` or later. */
  advance(offset: number): void {
    if (this.#position !== undefined) this.#position = offset
  }
}
