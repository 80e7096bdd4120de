// The events of a simulation, ordered by time, then by chance, then by age. A binary heap; cancelled events stay in it
// until their time comes, or until they are the majority.

import type { Timer } from '../clock.ts'

/** Something that will happen. */
export class ScheduledEvent implements Timer {
  readonly timeMs: number
  /** Drawn from the seed: decides between events of the same time. */
  readonly tie: number
  readonly sequence: number
  readonly #heap: EventHeap
  #callback: (() => void) | undefined

  constructor(
    heap: EventHeap,
    timeMs: number,
    tie: number,
    sequence: number,
    callback: () => void,
  ) {
    this.#heap = heap
    this.timeMs = timeMs
    this.tie = tie
    this.sequence = sequence
    this.#callback = callback
  }

  get isCancelled(): boolean {
    return this.#callback === undefined
  }

  cancel(): void {
    if (this.#callback === undefined) return
    this.#callback = undefined
    this.#heap.cancelled()
  }

  /** Runs the callback; the event is over. */
  run(): void {
    const callback = this.#callback
    this.#callback = undefined
    callback?.()
  }
}

/** A priority queue of events. */
export class EventHeap {
  #events: ScheduledEvent[] = []
  #cancelled = 0

  /** Events that will happen. */
  get size(): number {
    return this.#events.length - this.#cancelled
  }

  push(event: ScheduledEvent): void {
    const events = this.#events
    let index = events.length
    events.push(event)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = events[parent]
      if (above === undefined || !isBefore(event, above)) break
      events[index] = above
      index = parent
    }
    events[index] = event
  }

  /** The next event that is not cancelled. */
  pop(): ScheduledEvent | undefined {
    for (;;) {
      const event = this.#popAny()
      if (event === undefined || !event.isCancelled) return event
      this.#cancelled -= 1
    }
  }

  /** Called by an event that was cancelled while it waits here. */
  cancelled(): void {
    this.#cancelled += 1
    if (this.#cancelled < 1024 || this.#cancelled * 2 < this.#events.length) return
    const live = this.#events.filter((event) => !event.isCancelled)
    this.#events = []
    this.#cancelled = 0
    for (const event of live) this.push(event)
  }

  #popAny(): ScheduledEvent | undefined {
    const events = this.#events
    const first = events[0]
    const last = events.pop()
    if (first === undefined || last === undefined || events.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      let below = events[child]
      if (below === undefined) break
      const right = events[child + 1]
      if (right !== undefined && isBefore(right, below)) {
        below = right
        child += 1
      }
      if (!isBefore(below, last)) break
      events[index] = below
      index = child
    }
    events[index] = last
    return first
  }
}

function isBefore(a: ScheduledEvent, b: ScheduledEvent): boolean {
  if (a.timeMs !== b.timeMs) return a.timeMs < b.timeMs
  if (a.tie !== b.tie) return a.tie < b.tie
  return a.sequence < b.sequence
}
