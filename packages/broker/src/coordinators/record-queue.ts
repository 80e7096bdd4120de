// The way of a partition's records into the log: batches that turns fill and that leave together. While an append is in
// flight the turns that follow share the next batch, so a busy partition costs one append for many commits. Answers
// hang on the batch whose commit they need.

import { BatchBuilder, type CompressionCodec, KafkaError } from '@samsa/protocol'
import type { TransactionalAppend } from '../replicas/coordinator-partitions.ts'
import type { TransactionOrigin } from './state-machine.ts'

/** What happens when a batch is committed, or is not. */
export interface Delivery {
  committed(): void
  failed(error: KafkaError): void
}

/** A batch that is written as it is. */
export interface ReadyBatch {
  readonly bytes: Buffer
  readonly transactionVersion: number
}

interface WaitingBatch {
  readonly origin: TransactionOrigin | undefined
  /** A batch made elsewhere (a transaction marker), written as it is. */
  readonly ready: ReadyBatch | undefined
  readonly records: [key: Buffer, value: Buffer | null][]
  readonly undos: (() => void)[]
  readonly deliveries: Delivery[]
  /** What only read, and may have seen what the batch's records did. */
  readonly followers: Delivery[]
  /** One of the records cannot be taken back by itself. */
  needsReload: boolean
  sizeInBytes: number
  readonly nowMs: number
}

/** The log of one partition, as the queue needs it. */
export type AppendBatch = (
  batch: Buffer,
  transactional: TransactionalAppend | undefined,
) => Promise<unknown>

/** What one turn adds. */
export interface TurnRecords {
  readonly records: readonly [key: Buffer, value: Buffer | null][]
  readonly undos: readonly (() => void)[]
  readonly needsReload: boolean
  readonly sizeInBytes: number
  readonly origin: TransactionOrigin | undefined
}

/** Errors after which the log certainly holds nothing of the batch. */
const REFUSED = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'NOT_ENOUGH_REPLICAS',
  'KAFKA_STORAGE_ERROR',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
  'TRANSACTION_COORDINATOR_FENCED',
])

/** Batches of one partition on their way to the log. */
export class RecordQueue {
  readonly #append: AppendBatch
  readonly #builder: BatchBuilder
  readonly #maxBatchBytes: number
  readonly #compression: CompressionCodec
  /** Asked for when memory and log may differ: the partition must be loaded again. */
  readonly #reload: (error: KafkaError) => void
  #waiting: WaitingBatch[] = []
  #inFlight: WaitingBatch[] = []
  #flushScheduled = false
  #closed = false

  constructor(
    append: AppendBatch,
    builder: BatchBuilder,
    options: {
      readonly maxBatchBytes: number
      readonly compression: CompressionCodec
      readonly reload: (error: KafkaError) => void
    },
  ) {
    this.#append = append
    this.#builder = builder
    this.#maxBatchBytes = options.maxBatchBytes
    this.#compression = options.compression
    this.#reload = options.reload
  }

  /** True while something is not committed yet. */
  get isBusy(): boolean {
    return this.#inFlight.length > 0 || this.#waiting.length > 0
  }

  /** Adds the records of one turn, which stay together, and what waits for their commit. */
  add(turn: TurnRecords, deliveries: readonly Delivery[], nowMs: number): void {
    const batch = this.#batchFor(turn, nowMs)
    for (const record of turn.records) batch.records.push(record)
    batch.undos.push(...turn.undos)
    batch.deliveries.push(...deliveries)
    batch.sizeInBytes += turn.sizeInBytes
    if (turn.needsReload) batch.needsReload = true
    this.#scheduleFlush()
  }

  /** Adds a batch made elsewhere; `undo` takes its effect back. */
  addBatch(ready: ReadyBatch, undo: () => void, delivery: Delivery, nowMs: number): void {
    const batch = emptyBatch(undefined, ready, nowMs)
    batch.undos.push(undo)
    batch.deliveries.push(delivery)
    this.#waiting.push(batch)
    this.#scheduleFlush()
  }

  /** Delivers once everything added so far is committed; at once when nothing waits. */
  afterCommit(deliveries: readonly Delivery[]): void {
    const last = this.#waiting.at(-1) ?? this.#inFlight.at(-1)
    if (last === undefined) for (const delivery of deliveries) delivery.committed()
    else last.followers.push(...deliveries)
  }

  /** Fails everything that waits; what the log answers later is ignored. */
  close(error: KafkaError): void {
    this.#closed = true
    const batches = [...this.#inFlight, ...this.#waiting]
    this.#inFlight = []
    this.#waiting = []
    for (const batch of batches) {
      for (const delivery of [...batch.deliveries, ...batch.followers]) delivery.failed(error)
    }
  }

  #batchFor(turn: TurnRecords, nowMs: number): WaitingBatch {
    const last = this.#waiting.at(-1)
    if (
      last !== undefined &&
      last.ready === undefined &&
      last.origin?.producerId === turn.origin?.producerId &&
      last.origin?.producerEpoch === turn.origin?.producerEpoch &&
      last.origin?.verificationGuard === turn.origin?.verificationGuard &&
      last.sizeInBytes + turn.sizeInBytes <= this.#maxBatchBytes
    ) {
      return last
    }
    const batch = emptyBatch(turn.origin, undefined, nowMs)
    this.#waiting.push(batch)
    return batch
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled || this.#inFlight.length > 0) return
    this.#flushScheduled = true
    queueMicrotask(() => {
      this.#flushScheduled = false
      this.#flush()
    })
  }

  #flush(): void {
    if (this.#closed || this.#inFlight.length > 0 || this.#waiting.length === 0) return
    this.#inFlight = this.#waiting
    this.#waiting = []
    for (const batch of this.#inFlight) {
      const { ready, origin } = batch
      this.#append(ready?.bytes ?? this.#encode(batch), ready ?? origin).then(
        () => this.#committed(batch),
        (error: unknown) => this.#failed(batch, error),
      )
    }
  }

  #encode(batch: WaitingBatch): Buffer {
    const builder = this.#builder
    builder.reset()
    for (const [key, value] of batch.records) builder.append(batch.nowMs, key, value)
    const { origin } = batch
    const options = { baseSequence: 0, compression: this.#compression }
    if (origin === undefined) return builder.build(options)
    const { producerId, producerEpoch } = origin
    return builder.build({ ...options, producerId, producerEpoch, isTransactional: true })
  }

  #committed(batch: WaitingBatch): void {
    if (this.#closed) return
    this.#inFlight.splice(this.#inFlight.indexOf(batch), 1)
    for (const delivery of batch.deliveries) delivery.committed()
    for (const delivery of batch.followers) delivery.committed()
    this.#flush()
  }

  #failed(batch: WaitingBatch, cause: unknown): void {
    if (this.#closed) return
    if (!(cause instanceof KafkaError)) throw cause
    const error = coordinatorError(cause)
    const batches = [...this.#inFlight, ...this.#waiting]
    if (isRefusedAlone(batch, cause, batches)) {
      this.#takeBack(batch, error)
      return
    }
    // A sibling in flight may have reached the log although it was computed on top of this one.
    const isAlone = this.#inFlight.length === 1 && this.#inFlight[0] === batch
    const canUndo = isAlone && REFUSED.has(cause.name) && !batches.some((each) => each.needsReload)
    if (!canUndo) {
      this.#reload(error)
      return
    }
    this.#inFlight = []
    this.#waiting = []
    for (const each of batches.reverse()) {
      for (const undo of each.undos.reverse()) undo()
    }
    for (const each of batches.reverse()) {
      for (const delivery of each.deliveries) delivery.failed(error)
      for (const delivery of each.followers) delivery.failed(unsettled(error))
    }
  }

  /** One batch never was; the others go on. */
  #takeBack(batch: WaitingBatch, error: KafkaError): void {
    this.#inFlight.splice(this.#inFlight.indexOf(batch), 1)
    for (const undo of batch.undos.reverse()) undo()
    for (const delivery of batch.deliveries) delivery.failed(error)
    for (const delivery of batch.followers) delivery.failed(unsettled(error))
    this.#flush()
  }
}

/**
 * Whether a batch can be taken back without the others: what belongs to an open transaction changes nothing that others
 * rest on, unless the transaction's end is on its way already.
 */
function isRefusedAlone(
  batch: WaitingBatch,
  cause: KafkaError,
  batches: readonly WaitingBatch[],
): boolean {
  if (batch.origin === undefined || batch.needsReload || !REFUSED.has(cause.name)) return false
  return batches.every(({ ready }) => ready === undefined)
}

/** For who asked while something was on its way that did not happen: to be asked again. */
function unsettled(cause: KafkaError): KafkaError {
  const message = 'What was seen has been taken back.'
  return new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', message, { cause })
}

function emptyBatch(
  origin: TransactionOrigin | undefined,
  ready: ReadyBatch | undefined,
  nowMs: number,
): WaitingBatch {
  return {
    origin,
    ready,
    records: [],
    undos: [],
    deliveries: [],
    followers: [],
    needsReload: false,
    sizeInBytes: 0,
    nowMs,
  }
}

/** What a client is told when the log refused: an error that makes it look for the coordinator again, or retry. */
function coordinatorError(error: KafkaError): KafkaError {
  switch (error.name) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
    case 'REQUEST_TIMED_OUT':
      return new KafkaError('COORDINATOR_NOT_AVAILABLE', error.message, { cause: error })
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return new KafkaError('NOT_COORDINATOR', error.message, { cause: error })
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return new KafkaError('UNKNOWN_SERVER_ERROR', error.message, { cause: error })
    default:
      return error
  }
}
