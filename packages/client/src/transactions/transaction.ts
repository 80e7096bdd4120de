// A transaction as programs hold it: records and offsets go in, `commit` or `abort` ends it. What is in it becomes visible
// to readers with `read_committed` all at once, or never.

import { KafkaError } from '@samsa/protocol'
import type { OutgoingRecord } from '../producer/accumulator.ts'
import type { WrittenRange } from '../producer/producer-batch.ts'
import type { SendCallOptions, WrittenRecord } from '../producer/producer.ts'
import type { Topic } from '../serdes/topic.ts'
import type { GroupReader, ReadProgress } from './sent-offsets.ts'

/** What a transaction asks of its producer. */
export interface TransactionHost {
  /** `end` aborts when the transaction is aborted: what has not left then never will. */
  sendAll<K, V>(
    topic: Topic<K, V>,
    records: Iterable<OutgoingRecord<K, V>>,
    signals: { readonly end: AbortSignal; readonly signal: AbortSignal | undefined },
  ): Promise<WrittenRange[]>
  sendOffsets(member: GroupReader, progress: ReadProgress, signal: AbortSignal): Promise<void>
  /** Waits for everything that was sent, then commits. */
  commit(): Promise<void>
  /** Waits until nothing of the transaction is on its way, then aborts. */
  abort(): Promise<void>
}

/** One transaction; aborted when it is disposed of before its end. */
export class Transaction implements AsyncDisposable {
  readonly #host: TransactionHost
  readonly #end = new AbortController()
  readonly #offsets: Promise<void>[] = []
  #ending: Promise<void> | undefined
  #isOver = false

  constructor(host: TransactionHost) {
    this.#host = host
  }

  /** Neither committed nor aborted yet. */
  get isOpen(): boolean {
    return this.#ending === undefined
  }

  /**
   * Sends a record; resolves when it is written, but not yet visible. Rejects as `Producer.send` does. Nobody has to await
   * it: a failure ends in the rejection of `commit`.
   */
  send<K, V>(
    topic: Topic<K, V>,
    record: OutgoingRecord<K, V>,
    options?: SendCallOptions,
  ): Promise<WrittenRecord> {
    const sent = this.sendAll(topic, [record], options).then(([range]) => {
      if (range === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR')
      const { partition, baseOffset, logAppendTimeMs } = range
      return { topic: topic.name, partition, offset: baseOffset, logAppendTimeMs }
    })
    sent.catch(() => {})
    return sent
  }

  /** Sends records with one promise for all, which nobody has to await either. */
  sendAll<K, V>(
    topic: Topic<K, V>,
    records: Iterable<OutgoingRecord<K, V>>,
    { signal }: SendCallOptions = {},
  ): Promise<WrittenRange[]> {
    if (!this.isOpen) return Promise.reject(over())
    const sent = this.#host.sendAll(topic, records, { end: this.#end.signal, signal })
    sent.catch(() => {})
    return sent
  }

  /**
   * Commits where a group goes on, as part of the transaction. `member` is a consumer; it has to be in its group still, or
   * this rejects with ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID.
   */
  sendOffsets(
    member: GroupReader,
    progress: ReadProgress,
    { signal }: SendCallOptions = {},
  ): Promise<void> {
    if (!this.isOpen) return Promise.reject(over())
    const end = this.#end.signal
    const either = signal === undefined ? end : AbortSignal.any([signal, end])
    const sent = this.#host.sendOffsets(member, progress, either)
    this.#offsets.push(sent)
    sent.catch(() => {})
    return sent
  }

  /**
   * Waits for everything that was sent, then commits. Rejects with the first failure in it, and then it has to be aborted;
   * with REQUEST_TIMED_OUT when no answer came and nobody knows whether it was committed; with PRODUCER_FENCED when another
   * producer has taken the transactional id.
   */
  async commit(): Promise<void> {
    if (!this.isOpen) throw over()
    this.#ending = this.#commit()
    await this.#ending
  }

  /** Ends the transaction as if nothing had been sent. Does nothing when it is over. */
  async abort(): Promise<void> {
    // A commit under way has its outcome first.
    await this.#ending?.catch(() => {})
    if (this.#isOver) return
    this.#isOver = true
    this.#ending = this.#abort()
    await this.#ending
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort()
  }

  async #commit(): Promise<void> {
    await Promise.allSettled(this.#offsets)
    await this.#host.commit()
    this.#isOver = true
  }

  async #abort(): Promise<void> {
    this.#end.abort(new KafkaError('TRANSACTION_ABORTABLE', 'The transaction is aborted.'))
    await Promise.allSettled(this.#offsets)
    await this.#host.abort()
  }
}

function over(): KafkaError {
  return new KafkaError('INVALID_TXN_STATE', 'The transaction is over.')
}
