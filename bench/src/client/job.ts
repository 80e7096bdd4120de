// What a contender is asked to do, and what it says it has done. Contenders are processes of their own: the job comes as
// JSON in the first argument, the outcome leaves as a line of JSON on standard output.

/** Work for a client. */
export interface Job {
  readonly bootstrap: string
  readonly topic: string
  /** `single` and `batch` (of 100) await every call; `unbounded` sends as fast as it can; `consume` reads what is there. */
  readonly kind: 'single' | 'batch' | 'unbounded' | 'consume'
  /** Size of a record's value. */
  readonly bytes: number
  /** How long to produce, after the warming up. */
  readonly seconds: number
  /** How many records there are to consume. */
  readonly records: number
  /** Largest fetch of a partition while consuming; 0 is the client's default. */
  readonly fetchBytes: number
}

/** What came of it. */
export interface Outcome {
  readonly records: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly residentMb: number
  /** 99 of 100 awaited calls took no longer; absent where nothing is awaited. */
  readonly p99Ms?: number
}

/** How long contenders warm up before they count. */
const warmUpMs = 1000

/** The job of this process. */
export function readJob(): Job {
  return JSON.parse(process.argv[2] ?? '{}') as Job
}

/** Measures from its making to `tell`. */
export class Stopwatch {
  readonly #startedAt = performance.now()
  readonly #cpu = process.cpuUsage()
  readonly #latencies: number[] = []

  /** A call took so long. */
  took(ms: number): void {
    this.#latencies.push(ms)
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt
  }

  /** Prints the outcome. */
  tell(records: number): void {
    const seconds = this.elapsedMs / 1000
    const { user, system } = process.cpuUsage(this.#cpu)
    const sorted = Float64Array.from(this.#latencies).sort()
    const p99Ms = sorted[Math.floor(sorted.length * 0.99)]
    const outcome: Outcome = {
      records,
      seconds,
      cpuSeconds: (user + system) / 1e6,
      residentMb: process.memoryUsage.rss() / 1024 / 1024,
      ...(p99Ms === undefined ? {} : { p99Ms }),
    }
    process.stdout.write(`${JSON.stringify(outcome)}\n`)
  }
}

/** Calls `send` until the time is over; resolves to the outcome's stopwatch and how many records were sent. */
export async function awaited(
  seconds: number,
  perCall: number,
  send: () => Promise<unknown>,
): Promise<void> {
  const warmUntil = performance.now() + warmUpMs
  while (performance.now() < warmUntil) await send()
  const watch = new Stopwatch()
  let calls = 0
  while (watch.elapsedMs < seconds * 1000) {
    const startedAt = performance.now()
    await send()
    watch.took(performance.now() - startedAt)
    calls += 1
  }
  watch.tell(calls * perCall)
}

/** As `awaited`, with `width` calls under way at a time. */
export async function inParallel(
  seconds: number,
  perCall: number,
  width: number,
  send: () => Promise<unknown>,
): Promise<void> {
  const startedAt = performance.now()
  let watch: Stopwatch | undefined
  let calls = 0
  const isOver = (): boolean => (watch?.elapsedMs ?? 0) >= seconds * 1000
  const lane = async (): Promise<void> => {
    while (!isOver()) {
      const begunAt = performance.now()
      await send()
      if (watch === undefined && performance.now() - startedAt > warmUpMs) watch = new Stopwatch()
      else if (watch !== undefined) {
        watch.took(performance.now() - begunAt)
        calls += 1
      }
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  watch?.tell(calls * perCall)
}
