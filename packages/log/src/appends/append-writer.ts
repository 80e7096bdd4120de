// Group commit: appends of one log are written in order, one write at a time; those that arrive while a write is under
// way leave together in the next. Where `flush.messages` asks for it the group is also synced before it counts.
//
// Invariant: `written` reports ends in ascending order, and an append's promise is settled after the report that covers
// it. When a write fails, everything it carried and everything behind it is cut off the log before the promises reject:
// their offsets would follow a gap.

import { KafkaError } from '@samsa/protocol'
import { assert, WorldError } from '@samsa/world'
import type { LogHost } from '../log-host.ts'
import type { Segment } from '../segments/segment.ts'
import type { ArenaSpan } from './append-arena.ts'

/** Buffers in one call to the system. */
const WRITE_BUFFERS = 512
/** Bytes of one write: few enough that the next group is prepared while this one is written. */
const WRITE_BYTES = 512 << 10
/** Bytes of one write that is synced: more, since they share the price of the sync. */
const SYNCED_WRITE_BYTES = 2 << 20

interface PendingAppend {
  readonly segment: Segment
  readonly span: ArenaSpan
  /** Where in the segment's file the bytes belong. */
  readonly position: number
  readonly endOffset: number
  readonly resolve: () => void
  readonly reject: (error: KafkaError) => void
}

interface Waiter {
  readonly endOffset: number
  readonly resolve: () => void
  readonly reject: (error: KafkaError) => void
}

/** What the log does when a group is through, or failed. */
export interface AppendWriterOwner {
  readonly host: LogHost
  /** Whether the records up to `endOffset` must be synced before they count. */
  mustFlush(endOffset: number): boolean
  /** Puts the data of everything that is written, up to `endOffset`, on the medium. */
  syncWritten(endOffset: number): Promise<void>
  /** Whether a segment must be on the medium before the next one is begun. */
  syncsBeforeRoll(): boolean
  /** Everything before `endOffset` is written. */
  written(endOffset: number): void
  /** Cuts everything off that is not written. */
  cutBack(): Promise<void>
}

/** The writer of one log. */
export class AppendWriter {
  readonly #owner: AppendWriterOwner
  #pending: PendingAppend[] = []
  #waiters: Waiter[] = []
  #isRunning = false
  #previous: Segment | undefined

  constructor(owner: AppendWriterOwner) {
    this.#owner = owner
  }

  /** Whether nothing is waiting or being written. */
  get isIdle(): boolean {
    return !this.#isRunning
  }

  /** Writes a span behind all others. Resolves when it is written, rejects with KAFKA_STORAGE_ERROR. */
  append(segment: Segment, span: ArenaSpan, position: number, endOffset: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#pending.push({ segment, span, position, endOffset, resolve, reject })
    if (!this.#isRunning) {
      this.#isRunning = true
      // What else arrives in this turn of the loop shares the write.
      queueMicrotask(() => void this.#run())
    }
    return promise
  }

  /** Resolves when everything before `endOffset` is written, rejects when it was cut off. */
  reached(endOffset: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiters.push({ endOffset, resolve, reject })
    return promise
  }

  /** Resolves when nothing is under way, however it ended. */
  async idle(): Promise<void> {
    while (this.#isRunning) {
      const last = this.#pending.at(-1)?.endOffset ?? this.#inFlightEnd
      await this.reached(last).catch(() => {})
    }
  }

  #inFlightEnd = 0

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#takeGroup()
      const last = group.at(-1)
      assert(last !== undefined, 'a group has an append')
      this.#inFlightEnd = last.endOffset
      try {
        await this.#write(group, last.endOffset)
      } catch (error) {
        await this.#fail(group, error)
        continue
      }
      this.#owner.written(last.endOffset)
      for (const append of group) {
        this.#owner.host.arena.written(append.span)
        append.resolve()
      }
      if (this.#pending.length === 0) this.#isRunning = false
      this.#settleWaiters(last.endOffset)
    }
    this.#isRunning = false
  }

  /** The next appends to one segment, as many as fit one write. */
  #takeGroup(): PendingAppend[] {
    const [first] = this.#pending
    const segment = first?.segment
    const isSynced = first !== undefined && this.#owner.mustFlush(first.endOffset)
    const most = isSynced ? SYNCED_WRITE_BYTES : WRITE_BYTES
    let count = 0
    let bytes = 0
    for (const append of this.#pending) {
      const size = append.span.end - append.span.start
      if (append.segment !== segment || count === WRITE_BUFFERS) break
      if (count > 0 && bytes + size > most) break
      count += 1
      bytes += size
    }
    if (count === this.#pending.length) {
      const group = this.#pending
      this.#pending = []
      return group
    }
    return this.#pending.splice(0, count)
  }

  async #write(group: readonly PendingAppend[], endOffset: number): Promise<void> {
    const first = group[0]
    assert(first !== undefined, 'a group has an append')
    const { segment, position } = first
    const { host } = this.#owner
    if (
      this.#previous !== undefined &&
      this.#previous !== segment &&
      this.#owner.syncsBeforeRoll()
    ) {
      await this.#owner.syncWritten(segment.baseOffset)
    }
    this.#previous = segment
    const mode = segment.isFresh ? 'truncate' : 'update'
    await host.files.use(segment.file, mode, (file) => {
      segment.isFresh = false
      const buffers = joined(group)
      const [only] = buffers
      if (buffers.length === 1 && only !== undefined) return file.write(only, position)
      return file.writev(buffers, position)
    })
    const last = group.at(-1)
    if (last !== undefined) {
      segment.writtenBytes = last.position + last.span.end - last.span.start
    }
    if (this.#owner.mustFlush(endOffset)) {
      await this.#owner.syncWritten(endOffset)
    }
  }

  async #fail(group: readonly PendingAppend[], error: unknown): Promise<void> {
    const { host } = this.#owner
    if (!(error instanceof WorldError)) throw error
    host.failed(error)
    const refused = [...group, ...this.#pending]
    this.#pending = []
    try {
      if (host.condition !== 'offline') await this.#owner.cutBack()
    } catch (failure) {
      // A log whose end is unknown may not go on.
      const reason = failure instanceof Error ? failure.message : 'unknown'
      host.failed(new WorldError('io', error.subject, `Could not cut the log back: ${reason}`))
    }
    const cause = new KafkaError('KAFKA_STORAGE_ERROR', `The write failed: ${error.message}`)
    for (const append of refused) {
      host.arena.written(append.span)
      append.reject(cause)
    }
    this.#isRunning = this.#pending.length > 0
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter.reject(cause)
  }

  #settleWaiters(endOffset: number): void {
    if (this.#waiters.length === 0) return
    const due = this.#waiters.filter((waiter) => waiter.endOffset <= endOffset)
    this.#waiters = this.#waiters.filter((waiter) => waiter.endOffset > endOffset)
    for (const waiter of due) waiter.resolve()
  }
}

/** The bytes of a group; what lies together in memory is one buffer. */
function joined(group: readonly PendingAppend[]): Buffer[] {
  const buffers: Buffer[] = []
  let current: { span: ArenaSpan; end: number } | undefined
  for (const { span } of group) {
    if (current !== undefined && current.span.chunk === span.chunk && current.end === span.start) {
      current.end = span.end
      continue
    }
    if (current !== undefined) buffers.push(bytesOf(current.span, current.end))
    current = { span, end: span.end }
  }
  if (current !== undefined) buffers.push(bytesOf(current.span, current.end))
  return buffers
}

function bytesOf(span: ArenaSpan, end: number): Buffer {
  return span.chunk.bytes.subarray(span.start, end)
}
