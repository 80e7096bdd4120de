// The load generator: sends frames that are encoded already, keeps a number of them in flight, and counts answers by
// their length prefix alone.

import { connect, type Socket } from 'node:net'

/** What a burst of load did. */
export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  /** Latencies in milliseconds, one for each request, unsorted. */
  readonly latenciesMs: Float64Array
}

/** A plain socket that counts whole answers. */
export class LoadConnection {
  readonly #socket: Socket
  readonly #onAnswer: (body: Buffer | undefined) => void
  #length = Buffer.alloc(0)
  #left = 0
  #keep: Buffer[] | undefined

  private constructor(socket: Socket, onAnswer: (body: Buffer | undefined) => void, keep: boolean) {
    this.#socket = socket
    this.#onAnswer = onAnswer
    this.#keep = keep ? [] : undefined
  }

  /** Connects; `onAnswer` runs for every answer, with its first chunk's bytes kept if `keep` is set. */
  static open(
    port: number,
    onAnswer: (body: Buffer | undefined) => void,
    keep: boolean = false,
  ): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      const buffer = Buffer.allocUnsafeSlow(1 << 18)
      let connection: LoadConnection | undefined
      const socket = connect({
        port,
        host: '127.0.0.1',
        noDelay: true,
        onread: {
          buffer,
          callback: (count) => {
            connection?.receive(buffer.subarray(0, count))
            return true
          },
        },
      })
      socket.once('error', reject)
      socket.once('connect', () => {
        connection = new LoadConnection(socket, onAnswer, keep)
        resolve(connection)
      })
    })
  }

  send(frame: Buffer): void {
    this.#socket.write(frame)
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Takes received bytes. */
  receive(chunk: Buffer): void {
    let position = 0
    while (position < chunk.length) {
      if (this.#left > 0) {
        const count = Math.min(this.#left, chunk.length - position)
        if (this.#keep !== undefined) {
          this.#keep.push(Buffer.from(chunk.subarray(position, position + count)))
        }
        this.#left -= count
        position += count
        if (this.#left === 0) this.#answered()
        continue
      }
      const need = 4 - this.#length.length
      this.#length = Buffer.concat([this.#length, chunk.subarray(position, position + need)])
      position += need
      if (this.#length.length < 4) return
      this.#left = this.#length.readInt32BE(0)
      this.#length = Buffer.alloc(0)
    }
  }

  #answered(): void {
    const body = this.#keep === undefined ? undefined : Buffer.concat(this.#keep)
    if (this.#keep !== undefined) this.#keep = []
    this.#onAnswer(body)
  }
}

/** Keeps `inFlight` of `frame` on the way over `connections` connections for `seconds`. */
export async function saturate(
  port: number,
  frame: Buffer,
  options: { readonly connections: number; readonly inFlight: number; readonly seconds: number },
): Promise<LoadResult> {
  const latencies: number[] = []
  let endsAt = Number.POSITIVE_INFINITY
  const runs: { readonly start: () => void; readonly done: Promise<void> }[] = []
  for (let i = 0; i < options.connections; i++) {
    const sentAt: number[] = []
    let first = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    const connection = await LoadConnection.open(port, () => {
      const nowMs = performance.now()
      latencies.push(nowMs - (sentAt[first] ?? nowMs))
      first++
      if (nowMs < endsAt) {
        sentAt.push(nowMs)
        connection.send(frame)
      } else if (first === sentAt.length) {
        resolve()
      }
    })
    const start = (): void => {
      for (let sent = 0; sent < options.inFlight; sent++) {
        sentAt.push(performance.now())
        connection.send(frame)
      }
    }
    runs.push({ start, done: promise.then(() => connection.close()) })
  }
  const startedAt = performance.now()
  endsAt = startedAt + options.seconds * 1000
  for (const { start } of runs) start()
  await Promise.all(runs.map(({ done }) => done))
  const seconds = (performance.now() - startedAt) / 1000
  return { requests: latencies.length, seconds, latenciesMs: Float64Array.from(latencies) }
}

/** Sends `perSecond` of `frame`, evenly spread, whether or not earlier ones are answered: latency as a user meets it. */
export async function pace(
  port: number,
  frame: Buffer,
  options: { readonly perSecond: number; readonly seconds: number },
): Promise<LoadResult> {
  const sentAt: number[] = []
  const latencies: number[] = []
  const total = options.perSecond * options.seconds
  const { promise, resolve } = Promise.withResolvers<void>()
  const connection = await LoadConnection.open(port, () => {
    latencies.push(performance.now() - (sentAt[latencies.length] ?? 0))
    if (latencies.length === total) resolve()
  })
  const startedAt = performance.now()
  const send = (): void => {
    const due = Math.min(total, ((performance.now() - startedAt) / 1000) * options.perSecond)
    while (sentAt.length < due) {
      // Counted from when it was due, so that a stall of ours is not hidden.
      sentAt.push(startedAt + (sentAt.length / options.perSecond) * 1000)
      connection.send(frame)
    }
    if (sentAt.length < total) setImmediate(send)
  }
  send()
  await promise
  connection.close()
  const seconds = (performance.now() - startedAt) / 1000
  return { requests: total, seconds, latenciesMs: Float64Array.from(latencies) }
}

/** The value below which `fraction` of the latencies lie. */
export function quantile(latenciesMs: Float64Array, fraction: number): number {
  const sorted = latenciesMs.toSorted()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? 0
}
