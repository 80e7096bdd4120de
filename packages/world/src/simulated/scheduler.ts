// The seeded scheduler: a virtual clock and one heap of events. It pops an event, runs it, finishes all promise
// continuations, and pops the next; nothing else makes time pass. What must wait for the real machine (the import of a
// module) is announced with `external`, and stops virtual time until it is done: the trace stays the same.

import { assert } from '../assert.ts'
import type { Timer } from '../clock.ts'
import { drainContinuations, inNextTurn } from '../node/event-loop.ts'
import { EventHeap, ScheduledEvent } from './event-heap.ts'
import type { SeededRandom } from './random.ts'
import { TraceHash } from './trace-hash.ts'

/** Events between two turns of the real event loop, which stays responsive to the machine. */
const eventsPerTurn = 5_000

/** So many events within one virtual millisecond are no work any more: something runs in a circle. */
const eventsPerMsAtMost = 300_000

/** The one place where virtual time passes. */
export class Scheduler {
  readonly #random: SeededRandom
  readonly #heap = new EventHeap()
  readonly #hash = new TraceHash()
  readonly #externals = new Set<Promise<unknown>>()
  readonly #listener: ((line: string) => void) | undefined
  #nowMs = 0
  #sequence = 0
  #events = 0
  #isRunning = false

  /** `listener` is given each line of the trace. */
  constructor(random: SeededRandom, listener?: (line: string) => void) {
    this.#random = random
    this.#listener = listener
  }

  /** Virtual milliseconds since the start. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Events that have happened. */
  get events(): number {
    return this.#events
  }

  /** Fingerprint of all that was traced so far. */
  get traceHash(): string {
    return this.#hash.value
  }

  /** Lets something happen `delayMs` from now; among events of the same time chance decides. */
  after(delayMs: number, callback: () => void): Timer {
    const timeMs = this.#nowMs + Math.max(0, delayMs)
    this.#sequence += 1
    const tie = this.#random.uint32()
    const event = new ScheduledEvent(this.#heap, timeMs, tie, this.#sequence, callback)
    this.#heap.push(event)
    return event
  }

  /** Adds a fact to the trace. Two constant texts cost less than one that is put together. */
  trace(subject: string, what: string, bytes: number = 0): void {
    this.#hash.add(this.#nowMs, subject, what, bytes)
    this.#listener?.(`${this.#nowMs.toFixed(3)} ${subject} ${what} ${bytes}`)
  }

  /** Virtual time stands still until `promise` settles. */
  external<T>(promise: Promise<T>): Promise<T> {
    this.#externals.add(promise)
    const forget = (): void => {
      this.#externals.delete(promise)
    }
    promise.then(forget, forget)
    return promise
  }

  /**
   * Lets things happen until `main` settles, and answers with its result. Rejects when nothing is
   * left that could happen while `main` still waits, when `limitMs` of virtual time are over, and when time stands still
   * although things happen.
   */
  run<T>(main: () => Promise<T>, limitMs: number): Promise<T> {
    assert(!this.#isRunning, 'one run of a simulation ends before the next begins')
    this.#isRunning = true
    const deadlineMs = this.#nowMs + limitMs
    return new Promise<T>((resolve, reject) => {
      let isOver = false
      let eventsBefore = this.#events
      const finish = (end: () => void): void => {
        if (isOver) return
        isOver = true
        this.#isRunning = false
        end()
      }
      const fail = (error: unknown): void => finish(() => reject(error))
      const step = (): boolean => {
        drainContinuations?.()
        if (isOver || this.#externals.size > 0) return false
        const event = this.#heap.pop()
        if (event === undefined) {
          fail(new Error(`Deadlock: nothing is left to happen after ${this.#nowMs} virtual ms`))
          return false
        }
        if (event.timeMs > deadlineMs) {
          this.#heap.push(event)
          fail(new Error(`The simulation is not over after ${limitMs} virtual ms`))
          return false
        }
        if (Math.floor(event.timeMs) !== Math.floor(this.#nowMs)) eventsBefore = this.#events
        if (this.#events - eventsBefore > eventsPerMsAtMost) {
          fail(new Error(`Time stands still at ${this.#nowMs} virtual ms`))
          return false
        }
        this.#nowMs = event.timeMs
        this.#events += 1
        event.run()
        return drainContinuations !== undefined
      }
      const turn = (): void => {
        try {
          for (let i = 0; i < eventsPerTurn; i++) if (!step()) break
        } catch (error) {
          fail(error)
        }
        if (isOver) return
        if (this.#externals.size === 0) inNextTurn(turn)
        else void Promise.allSettled(this.#externals).then(() => inNextTurn(turn))
      }
      inNextTurn(() => {
        // `main` begins inside the loop, so that its first events belong to the trace like all others.
        main().then((value) => finish(() => resolve(value)), fail)
        inNextTurn(turn)
      })
    })
  }
}
