// Group commit: appends of one log are written in order, one write at a time; those that arrive while a write is under
// way leave together in the next, which is handed to the disk before anybody is told of the last one, so that the disk
// does not wait for the loop. Where `flush.messages` asks for it a group is also synced before it counts; what was
// written while one sync was under way shares the next.
//
// Invariant: `written` reports ends in ascending order, and an append's promise is settled after the report that covers
// it. When a write fails, what was written before it is decided first; then everything it carried and everything behind
// it is cut off the log before the promises reject: their offsets would follow a gap.

import { KafkaError } from '@samsa/protocol'
import { assert, WorldError } from '@samsa/world'
import type { LogHost } from '../log-host.ts'
import type { Segment } from '../segments/segment.ts'
import type { ArenaSpan } from './append-arena.ts'
import { joined } from './joined-spans.ts'

/** Buffers in one call to the system. */
const WRITE_BUFFERS = 512
/** Bytes of one write: few enough that the next group is prepared while this one is written. */
const WRITE_BYTES = 1 << 20

/** An append whose place in the log is fixed. */
export interface PlacedAppend {
  readonly segment: Segment
  readonly span: ArenaSpan
  /** Where in the segment's file the bytes belong. */
  readonly position: number
  readonly endOffset: number
}

interface PendingAppend {
  readonly placed: PlacedAppend
  /** What the append's promise resolves to. */
  readonly result: unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: KafkaError) => void
}

interface Waiter {
  readonly endOffset: number
  readonly resolve: () => void
  readonly reject: (error: KafkaError) => void
}

/** Appends to one segment that leave together; never empty. */
interface Group {
  readonly appends: readonly PendingAppend[]
  readonly segment: Segment
  readonly position: number
  readonly endPosition: number
  readonly endOffset: number
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
  /** Groups that are in the file and do not count yet, oldest first. */
  #written: Group[] = []
  #waiters: Waiter[] = []
  #isRunning = false
  #syncing: Promise<void> | undefined
  #syncFailure: WorldError | undefined
  #previous: Segment | undefined
  /** The end of what was appended last. */
  #endOffset = 0

  constructor(owner: AppendWriterOwner) {
    this.#owner = owner
  }

  /** Writes a span behind all others. Resolves to `result` when it is written, rejects with KAFKA_STORAGE_ERROR. */
  append<T>(placed: PlacedAppend, result: T): Promise<T> {
    this.#endOffset = placed.endOffset
    const promise = new Promise<T>((resolve, reject) => {
      this.#pending.push({ placed, result, resolve: resolve as (result: unknown) => void, reject })
    })
    // What else arrives in this turn of the loop shares the write.
    if (!this.#isRunning) this.#start()
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
    while (this.#isRunning || this.#written.length > 0) {
      await this.reached(this.#endOffset).catch(() => {})
    }
  }

  #start(): void {
    this.#isRunning = true
    queueMicrotask(() => void this.#run())
  }

  async #run(): Promise<void> {
    for (;;) {
      if (this.#syncFailure !== undefined) {
        await this.#refuse(this.#syncFailure, [])
        continue
      }
      const group = this.#takeGroup()
      if (group === undefined) break
      const writing = this.#write(group)
      this.#settle()
      try {
        await writing
      } catch (error) {
        await this.#writeFailed(group, error)
        continue
      }
      this.#written.push(group)
    }
    this.#isRunning = false
    this.#settle()
  }

  /** The next appends to one segment, as many as fit one write; `undefined` when there are none. */
  #takeGroup(): Group | undefined {
    const first = this.#pending[0]?.placed
    if (first === undefined) return undefined
    const { segment, position } = first
    let last = first
    let count = 0
    for (const { placed } of this.#pending) {
      const endPosition = placed.position + placed.span.end - placed.span.start
      if (placed.segment !== segment || count === WRITE_BUFFERS) break
      if (count > 0 && endPosition - position > WRITE_BYTES) break
      last = placed
      count += 1
    }
    let appends = this.#pending
    if (count === appends.length) this.#pending = []
    else appends = appends.splice(0, count)
    const endPosition = last.position + last.span.end - last.span.start
    return { appends, segment, position, endPosition, endOffset: last.endOffset }
  }

  async #write(group: Group): Promise<void> {
    const { segment, position, endPosition } = group
    const previous = this.#previous
    this.#previous = segment
    if (previous !== undefined && previous !== segment) await this.#leave(segment)
    const mode = segment.isFresh ? 'truncate' : 'update'
    await this.#owner.host.files.use(segment.file, mode, (file) => {
      segment.isFresh = false
      const buffers = joined(group.appends)
      const [only] = buffers
      if (buffers.length === 1 && only !== undefined) return file.write(only, position)
      return file.writev(buffers, position)
    })
    segment.writtenBytes = endPosition
  }

  /** What must be done before `segment` is begun. */
  async #leave(segment: Segment): Promise<void> {
    try {
      if (this.#owner.syncsBeforeRoll()) await this.#owner.syncWritten(segment.baseOffset)
    } catch (error) {
      if (error instanceof WorldError) this.#syncFailure = error
      throw error
    }
  }

  /** Ends the groups that count now, and has the others synced. */
  #settle(): void {
    if (this.#syncing !== undefined || this.#written.length === 0) return
    const first = this.#written.findIndex((group) => this.#owner.mustFlush(group.endOffset))
    const due = first < 0 ? this.#written : this.#written.slice(0, first)
    this.#written = first < 0 ? [] : this.#written.slice(first)
    const end = this.#written.at(-1)?.endOffset
    // The next sync is on its way before anybody is told of the last one.
    if (end !== undefined && this.#syncFailure === undefined) this.#syncing = this.#sync(end)
    for (const group of due) this.#end(group)
  }

  async #sync(endOffset: number): Promise<void> {
    try {
      await this.#owner.syncWritten(endOffset)
      this.#syncing = undefined
    } catch (error) {
      this.#syncing = undefined
      if (!(error instanceof WorldError)) throw error
      this.#owner.host.failed(error)
      this.#syncFailure = error
      if (!this.#isRunning) this.#start()
      return
    }
    this.#settle()
  }

  #end(group: Group): void {
    const { arena } = this.#owner.host
    this.#owner.written(group.endOffset)
    for (const append of group.appends) {
      arena.written(append.placed.span)
      append.resolve(append.result)
    }
    if (this.#waiters.length === 0) return
    const due = this.#waiters.filter((waiter) => waiter.endOffset <= group.endOffset)
    this.#waiters = this.#waiters.filter((waiter) => waiter.endOffset > group.endOffset)
    for (const waiter of due) waiter.resolve()
  }

  async #writeFailed(group: Group, error: unknown): Promise<void> {
    if (!(error instanceof WorldError)) throw error
    this.#owner.host.failed(error)
    // After a failed sync the next one proves nothing: the system has forgotten what it could not write.
    if (error.kind !== 'full') this.#syncFailure ??= error
    // On a disk without room what was written before counts as soon as it is synced, and stays.
    while (this.#written.length > 0 && this.#syncFailure === undefined) {
      this.#settle()
      await this.#syncing
    }
    await this.#syncing
    await this.#refuse(this.#syncFailure ?? error, group.appends)
  }

  /** Cuts everything off that does not count; `failed` are the appends of a write that failed. */
  async #refuse(error: WorldError, failed: readonly PendingAppend[]): Promise<void> {
    const { host } = this.#owner
    assert(this.#syncing === undefined, 'a log is cut when nothing is being synced')
    const refused = [...this.#written.flatMap((group) => group.appends), ...failed]
    refused.push(...this.#pending)
    this.#written = []
    this.#pending = []
    this.#syncFailure = undefined
    try {
      if (host.condition !== 'offline') await this.#owner.cutBack()
    } catch (failure) {
      // A log whose end is unknown may not go on.
      const reason = failure instanceof Error ? failure.message : 'unknown'
      host.failed(new WorldError('io', error.subject, `Could not cut the log back: ${reason}`))
    }
    const cause = new KafkaError('KAFKA_STORAGE_ERROR', `The write failed: ${error.message}`)
    for (const append of refused) {
      host.arena.written(append.placed.span)
      append.reject(cause)
    }
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter.reject(cause)
  }
}
