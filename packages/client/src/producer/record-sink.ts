// Records by a stream: what is piped in is sent, many records at a time, and the pipe is held up while the producer's memory
// is full. One promise for all the records that came in together, none for each.

import { Writable } from 'node:stream'
import type { OutgoingRecord } from './accumulator.ts'
import type { WrittenRange } from './producer-batch.ts'

/** Sends records; resolves when all are written. */
type SendAll = (records: readonly OutgoingRecord[]) => Promise<WrittenRange[]>

/** Records that wait in the stream itself before it asks for a pause. */
const highWaterMark = 1024

/** Calls that are under way at a time: while they are, the next records collect. */
const mostUnderWay = 16

/** The writable end of a topic. It finishes when all records are written, and fails with the first that is not. */
export class RecordSink<K, V> extends Writable {
  readonly #sendAll: SendAll
  #underWay = 0
  #error: Error | undefined
  /** The stream's call for more, while too much is under way. */
  #proceed: (() => void) | undefined
  #settled: (() => void) | undefined

  constructor(sendAll: SendAll) {
    super({ objectMode: true, highWaterMark })
    this.#sendAll = sendAll
  }

  override _write(
    record: OutgoingRecord<K, V>,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#send([record], done)
  }

  override _writev(
    chunks: readonly { readonly chunk: OutgoingRecord<K, V> }[],
    done: (error?: Error | null) => void,
  ): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#underWay === 0) return done(this.#error)
    this.#settled = () => done(this.#error)
  }

  #send(records: readonly OutgoingRecord[], done: (error?: Error | null) => void): void {
    if (this.#error !== undefined) return done(this.#error)
    this.#underWay += 1
    this.#sendAll(records).then(
      () => this.#landed(),
      (error: unknown) => {
        this.#error ??= error instanceof Error ? error : new Error(String(error))
        this.#landed()
        this.destroy(this.#error)
      },
    )
    if (this.#underWay < mostUnderWay) done()
    else this.#proceed = () => done(this.#error)
  }

  #landed(): void {
    this.#underWay -= 1
    const proceed = this.#proceed
    this.#proceed = undefined
    proceed?.()
    if (this.#underWay === 0) this.#settled?.()
  }
}
