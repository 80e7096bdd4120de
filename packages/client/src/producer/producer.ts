// The producer: records in, promises out. It is idempotent unless told otherwise: what was acknowledged is in the log once
// and in order, whatever connections and brokers did meanwhile.

import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import { tracedSend } from '../observability/channels.ts'
import type { Topic } from '../serdes/topic.ts'
import { groupOf, nextOffsets } from '../transactions/sent-offsets.ts'
import { Transaction, type TransactionHost } from '../transactions/transaction.ts'
import { TransactionManager } from '../transactions/transaction-manager.ts'
import { Accumulator, type OutgoingRecord } from './accumulator.ts'
import type { Numbering, NumberingListener } from './numbering.ts'
import { PendingCall, type WrittenRange } from './producer-batch.ts'
import { ProducerIdentity } from './producer-identity.ts'
import type { ProducerPlan } from './producer-settings.ts'
import { RecordSink } from './record-sink.ts'
import { Sender } from './sender.ts'

/** Where one record was written. */
export interface WrittenRecord {
  readonly topic: string
  readonly partition: number
  /** -1 with `acks: 0`, where nobody says. */
  readonly offset: number
  /** Set by the broker on topics with LogAppendTime; -1 otherwise. */
  readonly logAppendTimeMs: number
}

/** What a call may say beside its records. */
export interface SendCallOptions {
  /** Aborting ends the wait; records that were taken before may be written all the same. */
  readonly signal?: AbortSignal
}

/** A call whose records do not fit yet, and how many of them do already. */
interface Held {
  readonly topic: Topic
  readonly records: readonly OutgoingRecord[]
  readonly call: PendingCall
  readonly signal: AbortSignal | undefined
  next: number
}

/** Writes records to topics. */
export class Producer implements AsyncDisposable {
  readonly #cluster: Cluster
  readonly #plan: ProducerPlan
  readonly #accumulator: Accumulator
  readonly #sender: Sender
  #transactions: TransactionManager | undefined
  /** Calls that wait for metadata or memory, by topic and in order. */
  readonly #held = new Map<string, Held[]>()
  readonly #holding = new Set<Promise<void>>()
  #closing: Promise<void> | undefined

  constructor(cluster: Cluster, plan: ProducerPlan) {
    this.#cluster = cluster
    this.#plan = plan
    this.#accumulator = new Accumulator(cluster, plan, (queue) => this.#sender.queued(queue))
    const numbering = (listener: NumberingListener): Numbering => {
      if (plan.transaction === undefined) return new ProducerIdentity(cluster, listener)
      this.#transactions = new TransactionManager(cluster, plan.transaction, listener)
      return this.#transactions
    }
    this.#sender = new Sender(cluster, plan, plan.isIdempotent ? numbering : undefined, (batch) => {
      this.#accumulator.release(batch)
    })
    // A closed client sends nothing any more: what waits is told so.
    cluster.ended.addEventListener('abort', () => this.#sender.stop(cluster.ended.reason))
  }

  /**
   * Sends one record; resolves when it is written as `acks` asks. Rejects with KafkaError: INVALID_RECORD (a serde refused
   * it), MESSAGE_TOO_LARGE, UNKNOWN_TOPIC_OR_PARTITION (no such topic within `maxBlockMs`), REQUEST_TIMED_OUT (no memory
   * within `maxBlockMs`, or no acknowledgement within `deliveryTimeoutMs`: it may be written all the same),
   * OUT_OF_ORDER_SEQUENCE_NUMBER (records before it timed out, and it may be written itself), or what the broker said.
   */
  async send<K, V>(
    topic: Topic<K, V>,
    record: OutgoingRecord<K, V>,
    options: SendCallOptions = {},
  ): Promise<WrittenRecord> {
    const [range] = await this.sendAll(topic, [record], options)
    if (range === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR')
    const { partition, baseOffset, logAppendTimeMs } = range
    return { topic: topic.name, partition, offset: baseOffset, logAppendTimeMs }
  }

  /**
   * Sends records with one promise for all: it resolves to where they lie, in ranges, when all are written. When some
   * cannot be, the others are written all the same, and it rejects with the first error, as `send` does.
   */
  sendAll<K, V>(
    topic: Topic<K, V>,
    records: Iterable<OutgoingRecord<K, V>>,
    { signal }: SendCallOptions = {},
  ): Promise<WrittenRange[]> {
    if (this.#transactions !== undefined) return Promise.reject(outside(this.#transactions))
    return this.#submit(topic as Topic, records, signal, undefined)
  }

  /**
   * A stream of Node's that sends what is written to it, for `pipeline`. It holds its source up while the buffer memory is
   * full, finishes when everything is written, and fails with the first record that cannot be.
   */
  writable<K, V>(topic: Topic<K, V>): RecordSink<K, V> {
    return new RecordSink((records) => this.sendAll(topic as Topic, records))
  }

  /**
   * Runs `run` in a transaction and commits it; resolves to what `run` gave. When `run` or anything that was sent in it
   * fails, or `signal` aborts, the transaction is aborted and the error rethrown: PRODUCER_FENCED when another producer has
   * taken the transactional id, after which this one can only be closed; REQUEST_TIMED_OUT where nobody knows whether it
   * was committed. Needs `transactionalId`; a producer has one transaction at a time.
   */
  async transaction<T>(
    run: (transaction: Transaction) => T | Promise<T>,
    { signal }: SendCallOptions = {},
  ): Promise<T> {
    const transaction = await this.beginTransaction({ ...(signal === undefined ? {} : { signal }) })
    try {
      const result = await run(transaction)
      if (transaction.isOpen) await transaction.commit()
      return result
    } catch (error) {
      try {
        await transaction.abort()
      } catch (cause) {
        // The next transaction finds out what became of this one.
        this.#cluster.world.logger.warn({ error: cause }, 'A transaction could not be aborted.')
      }
      throw this.#transactions?.isFenced === true ? this.#transactions.error : error
    }
  }

  /** As `transaction`, for programs that end it themselves: with `commit` or `abort`, or by `await using`. */
  async beginTransaction({ signal }: SendCallOptions = {}): Promise<Transaction> {
    const manager = this.#transactions
    if (manager === undefined) {
      const message = 'Transactions need a producer with transactionalId.'
      throw new KafkaError('INVALID_TXN_STATE', message)
    }
    if (this.#closing !== undefined || this.#cluster.ended.aborted) throw closed()
    signal?.throwIfAborted()
    await manager.begin({ ...this.#patience(), signal })
    const onAbort = (): void => manager.fail(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const host: TransactionHost = {
      sendAll: (topic, records, signals) => {
        const sent = this.#submit(topic as Topic, records, signals.signal, signals.end)
        sent.catch((error: unknown) => manager.fail(error))
        return sent
      },
      sendOffsets: async (member, progress, end) => {
        const offsets = nextOffsets(progress)
        if (offsets.length === 0) return
        const commit = { group: groupOf(member), offsets }
        await manager.sendOffsets(commit, { ...this.#patience(), signal: end })
      },
      commit: async () => {
        manager.ending(true)
        await this.flush()
        if (manager.error !== undefined) throw manager.error
        await manager.end(true, this.#patience())
        signal?.removeEventListener('abort', onAbort)
      },
      abort: async () => {
        signal?.removeEventListener('abort', onAbort)
        if (!manager.isUnderWay) return
        manager.ending(false)
        await this.flush()
        await manager.end(false, this.#patience()).catch((error: unknown) => {
          // Whoever fenced this producer has aborted its transaction.
          if (!manager.isFenced) throw error
        })
      },
    }
    return new Transaction(host)
  }

  #patience(): Patience {
    return { deadlineMs: this.#cluster.world.clock.monotonic() + this.#plan.maxBlockMs }
  }

  #submit(
    topic: Topic,
    records: Iterable<OutgoingRecord>,
    signal: AbortSignal | undefined,
    end: AbortSignal | undefined,
  ): Promise<WrittenRange[]> {
    const list = Array.isArray(records) ? records : [...records]
    return tracedSend(topic.name, list, (traced) => this.#submitList(topic, traced, signal, end))
  }

  #submitList(
    topic: Topic,
    records: readonly OutgoingRecord[],
    signal: AbortSignal | undefined,
    end: AbortSignal | undefined,
  ): Promise<WrittenRange[]> {
    const call = new PendingCall()
    const both = signal !== undefined && end !== undefined
    const wait = both ? AbortSignal.any([signal, end]) : (signal ?? end)
    this.#take({ topic, records, call, signal: wait, next: 0 })
    if (signal === undefined) return call.promise
    return this.#cluster.until(call.promise, { deadlineMs: Number.POSITIVE_INFINITY, signal })
  }

  /** Sends everything at once; resolves when all records sent before have an outcome, good or bad. */
  async flush(): Promise<void> {
    this.#sender.urgency += 1
    this.#sender.schedule()
    try {
      await Promise.all(this.#holding)
      await this.#accumulator.settled()
    } finally {
      this.#sender.urgency -= 1
    }
  }

  /** Takes nothing more, and resolves when everything has its outcome. */
  close(): Promise<void> {
    this.#closing ??= this.flush().then(() => {
      this.#sender.stop(closed())
    })
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #take(held: Held): void {
    const { topic, call } = held
    if (this.#closing !== undefined || this.#cluster.ended.aborted)
      return refuseRest(held, closed())
    if (held.signal?.aborted === true) return refuseRest(held, held.signal.reason)
    const waiting = this.#held.get(topic.name)
    if (waiting !== undefined) {
      waiting.push(held)
      return
    }
    if (this.#appendSome(held)) return call.complete()
    this.#held.set(topic.name, [held])
    const work = this.#work(topic.name).finally(() => this.#holding.delete(work))
    this.#holding.add(work)
  }

  /** Whether all records of the call are in batches. */
  #appendSome(held: Held): boolean {
    const { topic, records } = held
    const metadata = this.#cluster.metadata.topic(topic.name)
    if (metadata === undefined) return records.length === 0
    held.next = this.#accumulator.append(topic, metadata, held)
    return held.next === records.length
  }

  /** Works off the calls that wait for one topic. Never rejects. */
  async #work(topic: string): Promise<void> {
    const waiting = this.#held.get(topic) ?? []
    for (let held = waiting[0]; held !== undefined; held = waiting[0]) {
      try {
        await this.#appendLater(held)
        held.call.complete()
      } catch (error) {
        refuseRest(held, error)
      }
      waiting.shift()
    }
    this.#held.delete(topic)
  }

  async #appendLater(held: Held): Promise<void> {
    const { maxBlockMs } = this.#plan
    const deadlineMs = this.#cluster.world.clock.monotonic() + maxBlockMs
    const patience: Patience = { deadlineMs, signal: held.signal }
    await this.#cluster.topic(held.topic.name, patience)
    let room = this.#accumulator.room
    while (!this.#appendSome(held)) {
      if (this.#cluster.metadata.topic(held.topic.name) === undefined) {
        await this.#cluster.topic(held.topic.name, patience)
        continue
      }
      await this.#waitForRoom(room, patience)
      room = this.#accumulator.room
    }
  }

  async #waitForRoom(room: Promise<void>, patience: Patience): Promise<void> {
    this.#sender.urgency += 1
    this.#sender.schedule()
    try {
      await this.#cluster.until(room, patience)
    } catch (error) {
      patience.signal?.throwIfAborted()
      this.#cluster.ended.throwIfAborted()
      const { bufferMemory, maxBlockMs } = this.#plan
      const message = `The buffer of ${bufferMemory} bytes (bufferMemory) was full for ${maxBlockMs} ms (maxBlockMs).`
      throw new KafkaError('REQUEST_TIMED_OUT', message, { cause: error })
    } finally {
      this.#sender.urgency -= 1
    }
  }
}

function outside({ transactionalId }: TransactionManager): KafkaError {
  const message = `Records of transactionalId ${transactionalId} are sent in a transaction: producer.transaction(…).`
  return new KafkaError('INVALID_TXN_STATE', message)
}

function closed(): WorldError {
  return new WorldError('closed', 'producer', 'The producer is closed.')
}

/** Fails what the call has not brought in yet. */
function refuseRest({ call, records, next }: Held, error: unknown): void {
  const count = records.length - next
  for (let i = 0; i < count; i++) call.appended()
  call.failed(error, count)
  call.complete()
}
