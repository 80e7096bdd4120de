// A whole cluster in one process and one seed: machines with disks, the network between them, and the time that passes.
// Invariant: one seed and one program give one trace, event for event.

import { type Clock } from '../clock.ts'
import { sleepOn } from '../sleep.ts'
import { Extent } from './extent.ts'
import type { LogLine } from './log-recorder.ts'
import { SeededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { SimulatedNode } from './simulated-node.ts'
import { epochMs } from './simulated-process.ts'

/** What a simulation may be told. */
export interface SimulationOptions {
  /** Is given each line of the trace: to compare two runs that should be one. */
  readonly onTrace?: (line: string) => void
  /** Log lines kept; the oldest go first. */
  readonly logLines?: number
  /** How much of the story is told; all of it when absent. */
  readonly extent?: Extent
}

/** Limits of waiting, in virtual time. */
export interface WaitOptions {
  /** An hour by default. */
  readonly limitMs?: number
}

const hourMs = 3_600_000

/** A simulated cluster. */
export class Simulation {
  readonly seed: number | string
  /** What the story asks before something goes wrong, and how long it is. */
  readonly extent: Extent
  /** For the decisions of the test itself. */
  readonly random: SeededRandom
  /** The true time, seen by nobody in the cluster. */
  readonly clock: Clock
  readonly network: SimulatedNetwork
  /** What the processes logged, the oldest first. */
  readonly log: LogLine[] = []
  readonly #scheduler: Scheduler
  readonly #nodes = new Map<string, SimulatedNode>()
  readonly #logLines: number

  constructor(seed: number | string, options: SimulationOptions = {}) {
    this.seed = seed
    this.extent = options.extent ?? new Extent()
    const root = new SeededRandom(seed)
    this.random = root.fork('test')
    this.#logLines = options.logLines ?? 10_000
    const scheduler = new Scheduler(root.fork('scheduler'), options.onTrace)
    this.#scheduler = scheduler
    this.network = new SimulatedNetwork(scheduler, root.fork('network'))
    this.clock = {
      now: () => Math.floor(epochMs + scheduler.nowMs),
      monotonic: () => scheduler.nowMs,
      after: (ms, callback) => scheduler.after(ms, callback),
      sleep: (ms, signal) => sleepOn((delayMs, wake) => scheduler.after(delayMs, wake), ms, signal),
    }
  }

  /** Fingerprint of everything that happened so far. */
  get traceHash(): string {
    return this.#scheduler.traceHash
  }

  /** Events that happened so far. */
  get events(): number {
    return this.#scheduler.events
  }

  /** All machines, in the order in which they were first named. */
  get nodes(): readonly SimulatedNode[] {
    return [...this.#nodes.values()]
  }

  /** The machine of that name; made, with power on and a process running, when it is first asked for. */
  node(name: string): SimulatedNode {
    const known = this.#nodes.get(name)
    if (known !== undefined) return known
    const node = new SimulatedNode(
      {
        scheduler: this.#scheduler,
        network: this.network,
        random: new SeededRandom(this.seed).fork('nodes'),
        record: (line) => this.#record(line),
      },
      name,
    )
    this.#nodes.set(name, node)
    return node
  }

  /**
   * Runs `main` and lets virtual time pass until its promise settles; answers with its result. Rejects when nothing is
   * left that could happen (a deadlock), or after `limitMs` of virtual time. `main` may await only what this simulation
   * brings about.
   */
  async run<T>(main: () => Promise<T>, { limitMs = hourMs }: WaitOptions = {}): Promise<T> {
    return this.#scheduler.run(main, limitMs)
  }

  /** Within `run`: resolves when `condition` holds, which is looked at every `everyMs`. */
  async until(
    condition: () => boolean | Promise<boolean>,
    options: WaitOptions & { readonly everyMs?: number; readonly what?: string } = {},
  ): Promise<void> {
    const { limitMs = hourMs, everyMs = 1, what = 'the condition' } = options
    const deadlineMs = this.#scheduler.nowMs + limitMs
    while (!(await condition())) {
      if (this.#scheduler.nowMs >= deadlineMs) {
        throw new Error(`Seed ${this.seed}: ${what} does not hold after ${limitMs} virtual ms`)
      }
      await this.clock.sleep(everyMs)
    }
  }

  /** Stops virtual time until something of the real machine is done, such as the import of a module. */
  external<T>(promise: Promise<T>): Promise<T> {
    return this.#scheduler.external(promise)
  }

  #record(line: LogLine): void {
    this.#scheduler.trace(line.process, line.message)
    this.log.push(line)
    if (this.log.length > this.#logLines) this.log.shift()
  }
}

/** Runs `main` in a fresh simulation, and answers with its result and the fingerprint of the run. */
export async function simulate<T>(
  seed: number | string,
  main: (simulation: Simulation) => Promise<T>,
  options: SimulationOptions & WaitOptions = {},
): Promise<{ readonly value: T; readonly traceHash: string; readonly events: number }> {
  const simulation = new Simulation(seed, options)
  const value = await simulation.run(() => main(simulation), options)
  return { value, traceHash: simulation.traceHash, events: simulation.events }
}
