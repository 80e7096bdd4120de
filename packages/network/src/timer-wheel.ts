// One timer for all deadlines of a broker: long polls, delays, idle connections. Deadlines are rounded up to a tick and
// those of one tick share a list, so that adding and cancelling cost no search; the clock is armed for the next tick only.
//
// Invariant: a callback runs at most once, never before its deadline, never after `cancel`.

import type { Clock, Timer } from '@samsa/world'

class Entry implements Timer {
  callback: (() => void) | undefined
  readonly #wheel: TimerWheel

  constructor(wheel: TimerWheel, callback: () => void) {
    this.#wheel = wheel
    this.callback = callback
  }

  cancel(): void {
    if (this.callback === undefined) return
    this.callback = undefined
    this.#wheel.cancelled()
  }
}

interface Tick {
  readonly at: number
  readonly entries: Entry[]
}

/** Runs callbacks after delays with a resolution of `tickMs`. */
export class TimerWheel {
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #byTick = new Map<number, Tick>()
  /** Binary heap of the ticks, the soonest first. */
  readonly #ticks: Tick[] = []
  #armed: Timer | undefined
  #armedAt = Number.POSITIVE_INFINITY
  #pending = 0
  #cancelled = 0
  #running = false

  constructor(clock: Clock, tickMs: number = 1) {
    this.#clock = clock
    this.#tickMs = tickMs
  }

  /** Callbacks that will still run. */
  get pending(): number {
    return this.#pending
  }

  /** Runs `callback` once, at the first tick that is `delayMs` or more away. */
  after(delayMs: number, callback: () => void): Timer {
    const at = Math.ceil((this.#clock.monotonic() + Math.max(0, delayMs)) / this.#tickMs)
    const entry = new Entry(this, callback)
    this.#pending++
    const tick = this.#byTick.get(at)
    if (tick !== undefined) {
      tick.entries.push(entry)
      return entry
    }
    const fresh = { at, entries: [entry] }
    this.#byTick.set(at, fresh)
    push(this.#ticks, fresh)
    if (at < this.#armedAt && !this.#running) this.#arm()
    return entry
  }

  /** Called by an entry. Long lists of dead entries are cleared away when they outnumber the living. */
  cancelled(): void {
    this.#pending--
    this.#cancelled++
    if (this.#cancelled > 1024 && this.#cancelled > 2 * this.#pending) this.#sweep()
  }

  /** Forgets everything. */
  close(): void {
    this.#armed?.cancel()
    this.#armedAt = Number.POSITIVE_INFINITY
    this.#byTick.clear()
    this.#ticks.length = 0
    this.#pending = 0
  }

  #arm(): void {
    this.#armed?.cancel()
    const next = this.#ticks[0]
    if (next === undefined) {
      this.#armed = undefined
      this.#armedAt = Number.POSITIVE_INFINITY
      return
    }
    this.#armedAt = next.at
    const delayMs = Math.max(0, next.at * this.#tickMs - this.#clock.monotonic())
    this.#armed = this.#clock.after(delayMs, () => this.#run())
  }

  #run(): void {
    this.#running = true
    const now = this.#clock.monotonic() / this.#tickMs
    for (let tick = this.#ticks[0]; tick !== undefined && tick.at <= now; tick = this.#ticks[0]) {
      pop(this.#ticks)
      this.#byTick.delete(tick.at)
      for (const entry of tick.entries) {
        const callback = entry.callback
        if (callback === undefined) {
          this.#cancelled--
          continue
        }
        entry.callback = undefined
        this.#pending--
        callback()
      }
    }
    this.#running = false
    this.#armedAt = Number.POSITIVE_INFINITY
    this.#arm()
  }

  #sweep(): void {
    const ticks = this.#ticks.splice(0)
    this.#byTick.clear()
    for (const tick of ticks) {
      const entries = tick.entries.filter((entry) => entry.callback !== undefined)
      if (entries.length === 0) continue
      const kept = { at: tick.at, entries }
      this.#byTick.set(tick.at, kept)
      push(this.#ticks, kept)
    }
    this.#cancelled = 0
    if (!this.#running) this.#arm()
  }
}

function push(heap: Tick[], tick: Tick): void {
  let index = heap.length
  heap.push(tick)
  while (index > 0) {
    const parentIndex = (index - 1) >> 1
    const parent = heap[parentIndex]
    if (parent === undefined || parent.at <= tick.at) break
    heap[index] = parent
    index = parentIndex
  }
  heap[index] = tick
}

function pop(heap: Tick[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let index = 0
  for (;;) {
    const left = heap[2 * index + 1]
    const right = heap[2 * index + 2]
    const smaller = right !== undefined && left !== undefined && right.at < left.at ? right : left
    if (smaller === undefined || smaller.at >= last.at) break
    heap[index] = smaller
    index = 2 * index + (smaller === right ? 2 : 1)
  }
  heap[index] = last
}
