// What is read off the broker while it works: memory, descriptors, processor time, the size of its data, and how long a
// record takes to be acknowledged.

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cpuSeconds, residentMb } from '../broker/process-cost.ts'
import { roundsOf } from '../row.ts'
import { connectTo, isPassing, type Stage, topics } from './stage.ts'

/** One reading of all gauges. */
export interface Sample {
  /** Since the soak began. */
  readonly seconds: number
  readonly memoryMb: number
  readonly descriptors: number
  /** Of one processor, since the sample before. */
  readonly cpuPercent: number
  readonly dataMb: number
  /** Of the records acknowledged since the sample before; NaN when there were none. */
  readonly p50Ms: number
  readonly p99Ms: number
}

const everyMs = 50

/** Sends one record after the other and measures how long each takes to be acknowledged. */
export class Probe {
  #latenciesMs: number[] = []

  /** Runs until the soak is over. */
  async run(stage: Stage): Promise<void> {
    await using kafka = connectTo(stage)
    const producer = kafka.producer()
    while (!stage.isOver()) {
      const startedAt = performance.now()
      try {
        await producer.send(topics.probe, { key: null, value: 'p', partition: 0 })
        this.#latenciesMs.push(performance.now() - startedAt)
      } catch (error) {
        if (!isPassing(error)) throw error
      }
      await delay(everyMs)
    }
  }

  /** The latencies since the last call. */
  take(): readonly number[] {
    const taken = this.#latenciesMs
    this.#latenciesMs = []
    return taken
  }
}

/** Reads the gauges of one process, again and again. */
export class Gauges {
  readonly samples: Sample[] = []
  readonly #directory: string
  readonly #probe: Probe
  readonly #startedAt = performance.now()
  #before: { readonly pid: number; readonly cpu: number; readonly at: number } | undefined

  constructor(directory: string, probe: Probe) {
    this.#directory = directory
    this.#probe = probe
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000
  }

  /** One reading of the process with this id; none while it is away. */
  read(pid: number): void {
    try {
      const [cpu, at] = [cpuSeconds(pid), this.seconds]
      const before = this.#before?.pid === pid ? this.#before : undefined
      this.#before = { pid, cpu, at }
      const latencies = this.#probe.take().toSorted((a, b) => a - b)
      this.samples.push({
        seconds: at,
        memoryMb: residentMb(pid),
        descriptors: readdirSync(`/proc/${pid}/fd`).length,
        cpuPercent:
          before === undefined ? Number.NaN : ((cpu - before.cpu) / (at - before.at)) * 100,
        dataMb: bytesIn(this.#directory) / 1e6,
        p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
        p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
      })
    } catch {
      // It has just ended; the next reading is of its successor.
    }
  }
}

/** Bytes of all files below a folder, as far as they are still there. */
export function bytesIn(folder: string): number {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}

/** How a gauge drifts: the median of its last quarter by that of its second one. The first quarter fills caches. */
export function driftOf(samples: readonly Sample[], gauge: keyof Sample): number {
  const quarter = Math.max(1, Math.floor(samples.length / 4))
  const medianOf = (some: readonly Sample[]): number =>
    roundsOf(some.map((sample) => sample[gauge]).filter(Number.isFinite)).median
  return medianOf(samples.slice(-quarter)) / medianOf(samples.slice(quarter, 2 * quarter))
}
