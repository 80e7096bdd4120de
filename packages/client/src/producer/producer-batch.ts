// Records of one partition that travel together, and the calls that wait for them. A call is one promise, however many
// records it brought.

import { BatchBuilder, type CompressionCodec, type RecordHeader } from '@samsa/protocol'

/** Where records of a call came to lie. */
export interface WrittenRange {
  readonly topic: string
  readonly partition: number
  /** Offset of the first of them; -1 with `acks: 0`, where nobody says. */
  readonly baseOffset: number
  readonly recordCount: number
  /** Set by the broker on topics with LogAppendTime; -1 otherwise. */
  readonly logAppendTimeMs: number
}

/** One `send` or `sendAll`, whose promise settles when all of its records have an outcome. */
export class PendingCall {
  readonly promise: Promise<WrittenRange[]>
  readonly #settle = Promise.withResolvers<WrittenRange[]>()
  readonly #written: WrittenRange[] = []
  #error: unknown
  /** Records without outcome; one more until all records have been appended. */
  #open = 1

  constructor() {
    this.promise = this.#settle.promise
  }

  /** A record was put into a batch. */
  appended(): void {
    this.#open += 1
  }

  /** No record will follow. */
  complete(): void {
    this.#close(1)
  }

  written(range: WrittenRange): void {
    this.#written.push(range)
    this.#close(range.recordCount)
  }

  /** The first error is the one that the caller is told. */
  failed(error: unknown, recordCount: number): void {
    this.#error ??= error
    this.#close(recordCount)
  }

  #close(count: number): void {
    this.#open -= count
    if (this.#open > 0) return
    if (this.#error === undefined) this.#settle.resolve(this.#written)
    else this.#settle.reject(this.#error)
  }
}

/** The records of one call that follow each other in a batch. */
interface Share {
  readonly call: PendingCall
  readonly firstIndex: number
  recordCount: number
}

/** What an idempotent producer writes into a batch. */
export interface ProducerState {
  readonly producerId: number
  readonly producerEpoch: number
}

/** How the records of a batch are packed. */
export interface Packing {
  readonly compression: CompressionCodec
  readonly compressionLevel: number | undefined
  readonly isTransactional: boolean
}

/** A batch from its first record to its outcome. */
export class ProducerBatch {
  readonly topic: string
  readonly partition: number
  /** Monotonic time of the first record. */
  readonly createdMs: number
  readonly #builder: BatchBuilder
  readonly #shares: Share[] = []
  #bytes: Buffer | undefined
  #state: ProducerState | undefined
  #baseSequence = -1
  /** Times it was put on the wire. */
  attempts = 0
  /** Monotonic time before which it may not be sent again. */
  retryAtMs = 0
  /** It was on the wire and nobody knows whether the broker has written it. */
  isUncertain = false
  /** Buffer memory that it holds. */
  reservedBytes = 0
  /** No more records: it was sent, or is full. */
  isClosed = false
  /** Its records as the codec leaves them, once a worker has compressed them. */
  compressedRecords: Uint8Array | undefined
  /** A worker is compressing it. */
  isBeingCompressed = false
  /** Its callers were told of a failure while it was on the wire. */
  isGivenUp = false

  constructor(
    place: { readonly topic: string; readonly partition: number },
    createdMs: number,
    builder: BatchBuilder,
  ) {
    this.topic = place.topic
    this.partition = place.partition
    this.createdMs = createdMs
    this.#builder = builder.reset()
  }

  /** Its memory, for the next batch when this one has its outcome. */
  get builder(): BatchBuilder {
    return this.#builder
  }

  get recordCount(): number {
    return this.#builder.recordCount
  }

  /** The records, not compressed; good while the batch has no outcome. */
  get records(): Buffer {
    return this.#builder.records
  }

  /** Bytes, not compressed. */
  get sizeInBytes(): number {
    return this.#builder.sizeInBytes
  }

  /** -1 until it was numbered. */
  get baseSequence(): number {
    return this.#baseSequence
  }

  get producerState(): ProducerState | undefined {
    return this.#state
  }

  append(
    call: PendingCall,
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[],
  ): void {
    const index = this.#builder.recordCount
    this.#builder.append(timestamp, key, value, headers)
    call.appended()
    const last = this.#shares[this.#shares.length - 1]
    if (last?.call === call) last.recordCount += 1
    else this.#shares.push({ call, firstIndex: index, recordCount: 1 })
  }

  /** Numbers the records, for the first time or anew under another epoch. */
  number(state: ProducerState, baseSequence: number): void {
    this.#state = state
    this.#baseSequence = baseSequence
    this.#bytes = undefined
  }

  /** The batch as it goes to the broker; the same bytes until it is numbered anew. */
  encode({ compression, compressionLevel, isTransactional }: Packing): Buffer {
    this.isClosed = true
    this.#bytes ??= this.#builder.build({
      compression,
      isTransactional,
      ...(this.compressedRecords === undefined
        ? {}
        : { compressedRecords: this.compressedRecords }),
      ...(compressionLevel === undefined ? {} : { compressionLevel }),
      ...(this.#state === undefined ? {} : { ...this.#state, baseSequence: this.#baseSequence }),
    })
    return this.#bytes
  }

  succeed(baseOffset: number, logAppendTimeMs: number): void {
    const { topic, partition } = this
    for (const { call, firstIndex, recordCount } of this.#shares) {
      const offset = baseOffset < 0 ? -1 : baseOffset + firstIndex
      call.written({ topic, partition, baseOffset: offset, recordCount, logAppendTimeMs })
    }
    this.#shares.length = 0
  }

  fail(error: unknown): void {
    for (const { call, recordCount } of this.#shares) call.failed(error, recordCount)
    this.#shares.length = 0
  }
}
