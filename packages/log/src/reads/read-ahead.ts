// Reading ahead for those who read a log from one batch to the next: while they are busy with what they got, the disk
// reads what they will ask for. One piece of a file is a window; small reads that follow each other share one.
//
// Invariant: windows are few, broker-wide, and one that nobody has used yet is not given up for another unless it is
// old: many readers together then read as if there were no windows, and never read anything twice.

import { type Clock, WorldError } from '@samsa/world'
import type { OpenFiles } from '../segments/open-files.ts'
import type { Segment } from '../segments/segment.ts'
import { ReadBuffers } from './read-buffers.ts'

/** Windows of the whole broker; each takes one large buffer of the pool. */
const WINDOWS = 16
/** After that long a window that nobody came for may go. */
const UNUSED_MS = 1000
/** Reads up to this size share windows. */
const SHARED_BYTES = 512 << 10

/** A piece of a segment's file in memory, or on its way there. */
export interface ReadWindow {
  readonly segment: Segment
  /** Of the segment when the window was begun: what was cut since must not be read. */
  readonly cuts: number
  readonly start: number
  readonly length: number
  /** Whether it ends where a batch does, so that the next window may begin there. */
  readonly isWhole: boolean
  readonly buffer: Buffer
  /** Bytes that are there once `ready` resolved; 0 when they could not be read. */
  available: number
  readonly ready: Promise<void>
  /** Reads of the file and results that refer to the buffer. */
  users: number
  isUsed: boolean
  isDropped: boolean
  readonly begunMs: number
}

/** The windows of a broker. */
export class ReadAhead {
  readonly #clock: Clock
  readonly #files: OpenFiles
  readonly #buffers: ReadBuffers
  /** Oldest first. */
  #windows: ReadWindow[] = []

  constructor(clock: Clock, files: OpenFiles, buffers: ReadBuffers) {
    this.#clock = clock
    this.#files = files
    this.#buffers = buffers
  }

  /** The window that has the byte at `position`; of two the one that begins later. */
  find(segment: Segment, position: number): ReadWindow | undefined {
    let found: ReadWindow | undefined
    for (const window of this.#windows) {
      if (window.segment !== segment || window.cuts !== segment.cuts) continue
      if (position < window.start || position >= window.start + window.length) continue
      if (found === undefined || window.start > found.start) found = window
    }
    return found
  }

  /** Begins to read from `position` on for reads of `readBytes`; `undefined` when there is no room or nothing to read. */
  begin(segment: Segment, position: number, readBytes: number): ReadWindow | undefined {
    const wanted = readBytes <= SHARED_BYTES ? ReadBuffers.bytes : readBytes
    const most = Math.min(wanted, ReadBuffers.bytes, segment.writtenBytes - position)
    const length = wholeLength(segment, position, most)
    // A file that is not open belongs to a log that is being closed, or will be read by whoever opens it.
    if (length <= 0 || segment.file.opened === undefined || !this.#hasRoom()) return undefined
    const buffer = this.#buffers.take(length)
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    const window: ReadWindow = {
      segment,
      cuts: segment.cuts,
      start: position,
      length,
      isWhole: length < most || position + length === segment.writtenBytes,
      buffer,
      available: 0,
      ready,
      users: 1,
      isUsed: false,
      isDropped: false,
      begunMs: this.#clock.monotonic(),
    }
    this.#windows.push(window)
    void this.#load(window).then(resolve)
    return window
  }

  async #load(window: ReadWindow): Promise<void> {
    const { segment, start, length, buffer } = window
    try {
      window.available = await this.#files.use(segment.file, 'update', (file) =>
        file.read(buffer.subarray(0, length), start),
      )
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      // Whoever needs these bytes reads them again, and is told.
      this.drop(window)
    }
    this.release(window)
  }

  /** Keeps the window's buffer until `release`. */
  hold(window: ReadWindow): void {
    window.users += 1
    window.isUsed = true
  }

  release(window: ReadWindow): void {
    window.users -= 1
    if (window.isDropped && window.users === 0) this.#buffers.give(window.buffer)
  }

  /** Nobody finds the window any more; its buffer goes back when nobody holds it. */
  drop(window: ReadWindow): void {
    if (window.isDropped) return
    window.isDropped = true
    this.#windows = this.#windows.filter((each) => each !== window)
    if (window.users === 0) this.#buffers.give(window.buffer)
  }

  #hasRoom(): boolean {
    if (this.#windows.length < WINDOWS) return true
    const oldMs = this.#clock.monotonic() - UNUSED_MS
    const oldest = this.#windows.find((each) => each.isUsed || each.begunMs < oldMs)
    if (oldest === undefined) return false
    this.drop(oldest)
    return true
  }
}

/** The index knows where batches begin: up to the last such place within `most` bytes, or all of them. */
function wholeLength(segment: Segment, position: number, most: number): number {
  const end = position + most
  if (segment.indexes === undefined || end === segment.writtenBytes) return most
  const length = segment.indexes.offsets.lookupPosition(end) - position
  return length > 0 ? length : most
}
