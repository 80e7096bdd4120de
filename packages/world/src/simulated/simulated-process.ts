// One run of one simulated process. Its timers and whatever reaches its code go through `after`: a process that was
// killed runs nothing any more, and one that is stopped (SIGSTOP) runs everything late and in order.

import type { Clock, Timer } from '../clock.ts'
import { sleepOn } from '../sleep.ts'
import type { Scheduler } from './scheduler.ts'

/** Wall-clock time at the start of every simulation (September 2026). */
export const epochMs: number = 1_790_000_000_000

const neverTimer: Timer = { cancel: () => {} }

/** A callback of a process; it may be due and wait for the process to go on. */
class Task implements Timer {
  event: Timer | undefined
  readonly #process: SimulatedProcess
  readonly #kind: string
  #callback: (() => void) | undefined

  constructor(process: SimulatedProcess, kind: string, callback: () => void) {
    this.#process = process
    this.#kind = kind
    this.#callback = callback
  }

  cancel(): void {
    this.#callback = undefined
    this.event?.cancel()
  }

  fire(): void {
    if (this.#process.isStopped) this.#process.whenRunning(() => this.fire())
    else this.#run()
  }

  #run(): void {
    const callback = this.#callback
    if (!this.#process.isAlive || callback === undefined) return
    this.#callback = undefined
    this.#process.trace(this.#kind)
    callback()
  }
}

/** A process, alive until `kill`. */
export class SimulatedProcess {
  readonly name: string
  readonly clock: Clock
  readonly #scheduler: Scheduler
  readonly #deferred: (() => void)[] = []
  #isAlive = true
  #isStopped = false

  /** `skewMs` tells by how much the wall clock of the machine is ahead right now. */
  constructor(scheduler: Scheduler, name: string, skewMs: () => number) {
    this.#scheduler = scheduler
    this.name = name
    const after = (ms: number, callback: () => void): Timer => this.after(ms, 'timer', callback)
    this.clock = {
      now: () => Math.floor(epochMs + scheduler.nowMs + skewMs()),
      monotonic: () => scheduler.nowMs,
      after,
      sleep: (ms, signal) => sleepOn(after, ms, signal),
    }
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Runs `callback` in this process `ms` from now, if it lives and runs then. */
  after(ms: number, kind: string, callback: () => void): Timer {
    if (!this.#isAlive) return neverTimer
    const task = new Task(this, kind, callback)
    task.event = this.#scheduler.after(ms, () => task.fire())
    return task
  }

  /** Notes in the trace that something of this process happens. */
  trace(kind: string): void {
    this.#scheduler.trace(this.name, kind)
  }

  /** Runs `callback` now, or as soon as a stopped process goes on. */
  whenRunning(callback: () => void): void {
    if (this.#isStopped) this.#deferred.push(callback)
    else callback()
  }

  /** SIGKILL. */
  kill(): void {
    this.#isAlive = false
    this.#isStopped = false
    for (const callback of this.#deferred.splice(0)) this.#scheduler.after(0, callback)
  }

  /** SIGSTOP: nothing of it runs until `resume`. Time passes, and packets and disk operations complete. */
  stop(): void {
    this.#isStopped = this.#isAlive
  }

  /** SIGCONT: what was due meanwhile runs now, in the order in which it was due. */
  resume(): void {
    if (!this.#isStopped) return
    this.#isStopped = false
    for (const callback of this.#deferred.splice(0)) {
      this.#scheduler.after(0, () => this.whenRunning(callback))
    }
  }
}
