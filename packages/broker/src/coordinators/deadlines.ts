// One timer for all timeouts of a coordinator: a heap of deadlines over the world's clock. Pushing a deadline into the
// future, which every heartbeat does, changes one number; the heap is put right when the old deadline comes up. A process
// that stood still hears what waits for it first: otherwise every member of every group would be out after a pause.

import type { Clock, Timer } from '@samsa/world'

/** A timer that comes so late means that the process stood still, and that what was sent to it lies unread. */
const STALL_MS = 1_000

/** How long what lies unread is given before deadlines count again. */
const GRACE_MS = 500

interface Entry {
  readonly key: string
  /** Monotonic time at which `run` is due. */
  dueMs: number
  run: () => void
  /** Where the heap believes the deadline to be; never later than `dueMs`. */
  queuedMs: number
  live: boolean
  /** Deadlines of one moment come in the order in which they were set. */
  readonly sequence: number
}

function comesBefore(left: Entry, right: Entry): boolean {
  if (left.queuedMs !== right.queuedMs) return left.queuedMs < right.queuedMs
  return left.sequence < right.sequence
}

/** Named deadlines; at most one per key. */
export class Deadlines {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()
  readonly #heap: Entry[] = []
  #timer: Timer | undefined
  #timerMs = Number.POSITIVE_INFINITY
  #sequence = 0
  #isInGrace = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Number of deadlines that wait. */
  get size(): number {
    return this.#entries.size
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  /** Runs `run` once after `delayMs`; replaces an earlier deadline of the same key. */
  set(key: string, delayMs: number, run: () => void): void {
    const dueMs = this.#clock.monotonic() + Math.max(delayMs, 0)
    const existing = this.#entries.get(key)
    if (existing !== undefined && dueMs >= existing.queuedMs) {
      existing.dueMs = dueMs
      existing.run = run
      return
    }
    if (existing !== undefined) existing.live = false
    const sequence = this.#sequence++
    const entry: Entry = { key, dueMs, run, queuedMs: dueMs, live: true, sequence }
    this.#entries.set(key, entry)
    this.#push(entry)
    this.#arm()
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    entry.live = false
    this.#entries.delete(key)
  }

  /** Forgets everything and stops the timer. */
  clear(): void {
    this.#entries.clear()
    this.#heap.length = 0
    this.#isInGrace = false
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerMs = Number.POSITIVE_INFINITY
  }

  #arm(): void {
    const first = this.#heap[0]
    if (first === undefined || first.queuedMs >= this.#timerMs || this.#isInGrace) return
    this.#timer?.cancel()
    this.#timerMs = first.queuedMs
    const delayMs = Math.max(Math.ceil(first.queuedMs - this.#clock.monotonic()), 0)
    this.#timer = this.#clock.after(delayMs, () => this.#expire())
  }

  #expire(): void {
    const nowMs = this.#clock.monotonic()
    if (!this.#isInGrace && nowMs - this.#timerMs > STALL_MS) {
      this.#isInGrace = true
      this.#timer = this.#clock.after(GRACE_MS, () => this.#expire())
      return
    }
    this.#isInGrace = false
    this.#timer = undefined
    this.#timerMs = Number.POSITIVE_INFINITY
    const due: Entry[] = []
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.live && first.queuedMs > nowMs) break
      this.#pop()
      if (!first.live) continue
      if (first.dueMs > nowMs) {
        first.queuedMs = first.dueMs
        this.#push(first)
      } else {
        due.push(first)
      }
    }
    for (const entry of due) {
      // An earlier one in this round may have cancelled or moved it.
      if (!entry.live) continue
      if (entry.dueMs > nowMs) {
        entry.queuedMs = entry.dueMs
        this.#push(entry)
        continue
      }
      entry.live = false
      this.#entries.delete(entry.key)
      entry.run()
    }
    this.#arm()
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = heap[parentIndex]
      if (parent === undefined || !comesBefore(entry, parent)) break
      heap[index] = parent
      index = parentIndex
    }
    heap[index] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let childIndex = 2 * index + 1
      let child = heap[childIndex]
      if (child === undefined) break
      const right = heap[childIndex + 1]
      if (right !== undefined && comesBefore(right, child)) {
        child = right
        childIndex += 1
      }
      if (!comesBefore(child, last)) break
      heap[index] = child
      index = childIndex
    }
    heap[index] = last
  }
}
