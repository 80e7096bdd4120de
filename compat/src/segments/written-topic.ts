// A topic that Samsa writes, and what was written: appended batch by batch through `PartitionLog`, noted record by record.

import type { LogDirectories, PartitionLog } from '@samsa/log'
import {
  BatchBuilder,
  type BatchOptions,
  buildTransactionMarker,
  type RecordHeader,
} from '@samsa/protocol'
import type { ExpectedRecord } from './segment-cases.ts'

/** A record to be written. */
export interface NewRecord {
  readonly key: string | null
  readonly value: string | Buffer | null
  readonly headers?: readonly RecordHeader[]
  /** Milliseconds since 1970; by default each record is a second after the one before. */
  readonly timestamp?: number
}

/** One partition that Samsa writes. */
export class WrittenTopic {
  readonly name: string
  readonly settings: Readonly<Record<string, string>>
  /** What was written, control records included. */
  readonly records: ExpectedRecord[] = []
  /** The offsets of records in transactions that were aborted, or not ended. */
  readonly uncommitted = new Set<number>()
  readonly #open = new Map<number, number[]>()
  readonly #sequences = new Map<number, number>()
  #log: PartitionLog | undefined
  #clockMs: number
  leaderEpoch = 0

  constructor(name: string, startMs: number, settings: Readonly<Record<string, string>> = {}) {
    this.name = name
    this.#clockMs = startMs
    this.settings = settings
  }

  get log(): PartitionLog {
    if (this.#log === undefined) throw new Error(`${this.name} is not open`)
    return this.#log
  }

  /** The sequence that the producer's next record has. */
  nextSequence(producerId: number): number {
    return this.#sequences.get(producerId) ?? 0
  }

  /** The producer goes on with a new epoch, whose sequences begin at 0. */
  endEpoch(producerId: number): void {
    this.#sequences.delete(producerId)
  }

  /** Somebody else wrote that many records of the producer. */
  skipSequences(producerId: number, count: number): void {
    this.#sequences.set(producerId, this.nextSequence(producerId) + count)
  }

  async open(logs: LogDirectories, topicId: string): Promise<void> {
    this.#log = logs.log(this.name, 0) ?? (await logs.create(this.name, 0, { topicId }))
    await this.#log.load()
    this.#log.setHighWatermark(this.#log.logEndOffset)
  }

  /** Appends one batch, with the producer's next sequences if it has one. */
  async append(records: readonly NewRecord[], options: BatchOptions = {}): Promise<void> {
    const { producerId = -1 } = options
    const baseSequence = this.nextSequence(producerId)
    const timed = records.map((record) => ({
      ...record,
      timestamp: record.timestamp ?? (this.#clockMs += 1000),
    }))
    const bytes = batchOf(timed, producerId < 0 ? options : { ...options, baseSequence })
    const verificationGuard =
      options.isTransactional === true
        ? this.log.startVerification(producerId, {
            producerEpoch: options.producerEpoch ?? 0,
            sequence: baseSequence,
            supportsEpochBump: true,
          })
        : undefined
    const { leaderEpoch } = this
    const info = await this.log.appendAsLeader(bytes, { leaderEpoch, verificationGuard })
    if (producerId >= 0) this.#sequences.set(producerId, baseSequence + records.length)
    this.#note(info, timed, options)
  }

  #note(
    info: { readonly baseOffset: number; readonly logAppendTimeMs: number },
    records: readonly (NewRecord & { readonly timestamp: number })[],
    { isTransactional, producerId = -1 }: BatchOptions,
  ): void {
    for (const [i, { key, value, headers = [], timestamp }] of records.entries()) {
      const offset = info.baseOffset + i
      this.records.push({
        offset,
        timestamp: info.logAppendTimeMs < 0 ? timestamp : info.logAppendTimeMs,
        key: hexOf(key),
        value: hexOf(value),
        headers: headers.map((header) => [header.key, hexOf(header.value)] as const),
      })
      if (isTransactional !== true) continue
      this.#open.set(producerId, [...(this.#open.get(producerId) ?? []), offset])
      this.uncommitted.add(offset)
    }
  }

  /** Ends the producer's transaction, as its coordinator does. */
  async end(type: 'commit' | 'abort', producerId: number, producerEpoch: number): Promise<void> {
    const timestamp = (this.#clockMs += 1000)
    const marker = { type, producerId, producerEpoch, coordinatorEpoch: 3, timestamp }
    const { leaderEpoch } = this
    const origin = 'coordinator'
    const bytes = Buffer.from(buildTransactionMarker(marker))
    const { baseOffset } = await this.log.appendAsLeader(bytes, { leaderEpoch, origin })
    const key = type === 'abort' ? '00000000' : '00000001'
    const record = { offset: baseOffset, timestamp, key, value: '000000000003', headers: [] }
    this.records.push(record)
    for (const offset of this.#open.get(producerId) ?? []) {
      if (type === 'commit') this.uncommitted.delete(offset)
    }
    this.#open.delete(producerId)
    this.log.setHighWatermark(this.log.logEndOffset)
  }
}

/** One batch as a producer builds it. */
export function batchOf(
  records: readonly (NewRecord & { readonly timestamp: number })[],
  options: BatchOptions,
): Buffer {
  const builder = new BatchBuilder()
  for (const { key, value, headers = [], timestamp } of records) {
    const keyBytes = key === null ? null : Buffer.from(key)
    builder.append(
      timestamp,
      keyBytes,
      typeof value === 'string' ? Buffer.from(value) : value,
      headers,
    )
  }
  return Buffer.from(builder.build(options))
}

function hexOf(bytes: string | Buffer | null): string | null {
  if (bytes === null) return null
  return (typeof bytes === 'string' ? Buffer.from(bytes) : bytes).toString('hex')
}
