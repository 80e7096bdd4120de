// One assigned partition: where its reader is, what has been fetched ahead, and whether more may be. Pure.
//
// What is processed lags behind what was handed out: only the reader knows when it is done with a record.
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
  /** Behind the last record that was handed out. */
  #handedEnd = -1
  #chunks: FetchedChunk[] = []
  isPaused = false
  /** Grows when somebody seeks: what was handed out before says nothing of what comes after. */
  seeks = 0
  /** Whether the position is being asked for. */
  isLocating = false
  /** An error was told that does not pass: nothing is fetched until somebody seeks. */
  isResting = false
  /** The end that a reader can reach: high watermark, or last stable offset; -1 until a fetch was answered. */
  endOffset = -1
  logStartOffset = -1
  /** All records before it are processed: what a group commits. Undefined until the position is known. */
  processed: number | undefined
  /** Leader epoch of the last record handed out, or of the committed offset; -1 where it is not known (KIP-320). */
  leaderEpoch = -1
  /** The leader epoch up to which what was fetched is known to be in the log; -1 for none. */
  checkedEpoch = -1
  /** Whether a leader is being asked about that. */
  isChecking = false
  /** The replica that the leader wants this reader to read from, as long as that counts (KIP-392). */
  preferredReplica: { readonly nodeId: number; readonly untilMs: number } | undefined
  /** What is stored in the group, as far as this consumer knows. */
  committed: number | undefined

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
    this.seeks += 1
    this.#start = typeof start === 'number' ? undefined : start
    this.processed = typeof start === 'number' ? start : undefined
    this.leaderEpoch = -1
    this.#go(this.processed)
  }

  /** Goes back to records that were handed out but not taken; what is processed stays so. */
  rewind(offset: number): void {
    this.#go(offset)
  }

  #go(position: number | undefined): void {
    this.#chunks = []
    this.#position = position
    this.#fetchOffset = position ?? -1
    this.#handedEnd = this.#fetchOffset
    this.isChecking = false
    this.isLocating = false
    this.isResting = false
  }

  /** Leader epoch of the record before `fetchOffset`; -1 where it is not known. */
  get fetchedEpoch(): number {
    return this.#chunks.at(-1)?.lastLeaderEpoch ?? this.leaderEpoch
  }

  /** Whether more may be fetched: the position is known, and less than `maxBytes` wait. */
  mayFetch(maxBytes: number): boolean {
    if (this.#position === undefined || this.isPaused || this.isResting) return false
    if (this.isChecking) return false
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
    // Behind the last record may lie markers of transactions, which nobody has to process.
    this.skip(chunk.nextOffset)
  }

  /** Nothing lies between what was handed out and `offset`. */
  skip(offset: number): void {
    if (this.#position === undefined || offset <= this.#position) return
    if (this.processed === this.#position) this.processed = offset
    this.#position = offset
  }

  /** Records were handed out; the next one is at `offset` or later. The last one was of this leader epoch. */
  advance(offset: number, leaderEpoch: number): void {
    if (this.#position === undefined) return
    this.#position = offset
    this.#handedEnd = offset
    this.leaderEpoch = leaderEpoch
  }

  /** The reader is done with all records before `offset`. */
  settle(offset: number): void {
    this.processed = offset === this.#handedEnd ? (this.#position ?? offset) : offset
  }
}
