// A simulated machine: a disk that stays, a wall clock that may be wrong, and one process at a time. `start` gives each
// process a world of its own; what an earlier process left behind in timers, files and connections cannot act any more.

import { createMetrics } from '../registry.ts'
import { sleepOn } from '../sleep.ts'
import type { World } from '../world.ts'
import type { UnsyncedFate } from './file-content.ts'
import { inlineWorkers } from './inline-workers.ts'
import { type LogLine, recordingLogger } from './log-recorder.ts'
import { ProcessDisk } from './process-disk.ts'
import type { SeededRandom } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import { epochMs, SimulatedProcess } from './simulated-process.ts'

/** What all machines of a simulation share. */
interface NodeSurroundings {
  readonly scheduler: Scheduler
  readonly network: SimulatedNetwork
  readonly random: SeededRandom
  readonly record: (line: LogLine) => void
}

/** One machine. Its name is its host name. */
export class SimulatedNode {
  readonly name: string
  readonly disk: SimulatedDisk
  /** By how much the wall clock is ahead of true time. Changing it is a jump of the clock. */
  skewMs = 0
  readonly #surroundings: NodeSurroundings
  #process: SimulatedProcess
  #world: World
  #starts = 0

  constructor(surroundings: NodeSurroundings, name: string) {
    const { scheduler, random } = surroundings
    this.#surroundings = surroundings
    this.name = name
    // The disk works on while the process is stopped, but nobody hears of it.
    const after = (ms: number, callback: () => void): { cancel: () => void } =>
      scheduler.after(ms, () => this.#process.whenRunning(callback))
    this.disk = new SimulatedDisk({
      clock: {
        now: () => Math.floor(epochMs + scheduler.nowMs + this.skewMs),
        monotonic: () => scheduler.nowMs,
        after,
        sleep: (ms, signal) => sleepOn(after, ms, signal),
      },
      random: random.fork(`${name}/disk`),
      trace: (operation, path, bytes) => {
        scheduler.trace(name, path)
        scheduler.trace(name, operation, bytes)
      },
    })
    Object.assign(this.disk.faults.latency, {
      read: [0.02, 0.3],
      write: [0.01, 0.1],
      sync: [0.2, 3],
      name: [0.01, 0.1],
    })
    this.#process = this.#spawn()
    this.#world = this.#worldOf(this.#process)
  }

  /** The world of the running process. */
  get world(): World {
    return this.#world
  }

  /** Whether a process runs here. */
  get isRunning(): boolean {
    return this.#process.isAlive
  }

  /** Starts a process after `kill` or `losePower`, and gives its world. */
  start(): World {
    if (this.isRunning) return this.#world
    this.#process = this.#spawn()
    this.#world = this.#worldOf(this.#process)
    return this.#world
  }

  /** SIGKILL: the page cache survives, peers are told by the kernel. */
  kill(): void {
    if (!this.isRunning) return
    this.#surroundings.scheduler.trace(this.name, 'killed')
    this.#process.kill()
    this.disk.killProcess()
    this.#surroundings.network.killed(this.#process)
  }

  /** The machine loses power: unsynced bytes and names may be gone, peers are told nothing. */
  losePower(options: { readonly unsynced?: UnsyncedFate } = {}): void {
    this.#surroundings.scheduler.trace(this.name, 'lost power')
    this.#process.kill()
    this.disk.losePower(options)
    this.#surroundings.network.powerOff(this.#process)
  }

  /** SIGSTOP. */
  stop(): void {
    this.#process.stop()
  }

  /** SIGCONT. */
  resume(): void {
    this.#process.resume()
  }

  #spawn(): SimulatedProcess {
    this.#surroundings.network.powerOn(this.name)
    return new SimulatedProcess(this.#surroundings.scheduler, this.name, () => this.skewMs)
  }

  #worldOf(process: SimulatedProcess): World {
    const { scheduler, network, random, record } = this.#surroundings
    this.#starts += 1
    const disk = new ProcessDisk(this.disk)
    const own = random.fork(`${this.name}/${this.#starts}`)
    const taskTimes = own.fork('tasks')
    return {
      clock: process.clock,
      random: own,
      disk,
      network: network.of(process),
      workers: inlineWorkers(disk, {
        load: (module) => scheduler.external(import(module)),
        pass: () => process.clock.sleep(taskTimes.between(0.1, 5)),
      }),
      logger: recordingLogger(this.name, () => scheduler.nowMs, record),
      metrics: createMetrics(),
    }
  }
}
