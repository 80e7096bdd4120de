// The log of one partition, as the broker sees it. Appends are ordered by call and written in groups; reads are served
// from memory where they can be; everything that rewrites the log's end or its files runs one at a time.
// What the offsets mean is in `log-state.ts`.

import { KafkaError } from '@samsa/protocol'
import { assert } from '@samsa/world'
import type { AppendInfo } from './appends/append-info.ts'
import { appendRules } from './appends/append-rules.ts'
import { type NotedAppend, noteFollowerAppend } from './appends/append-records.ts'
import { AppendWriter } from './appends/append-writer.ts'
import { type LeaderAppendOptions, takeAppend } from './appends/leader-append.ts'
import { syncWritten } from './appends/log-flush.ts'
import { followingBatches } from './appends/validate-append.ts'
import {
  cleanLog,
  type CleaningContext,
  type CleaningResult,
  rangeToClean,
} from './cleaning/clean-log.ts'
import type { CleanableRange } from './cleaning/cleanable.ts'
import type { EpochEnd } from './epochs/leader-epochs.ts'
import type { LogHost } from './log-host.ts'
import { LogMaintenance } from './log-maintenance.ts'
import type { LogSettings } from './log-settings.ts'
import { lastStableOffset, type LogState, newLogState } from './log-state.ts'
import { describeProducers, type ProducerDescription } from './producers/describe-producers.ts'
import {
  expireProducers,
  startVerification,
  type VerificationAttempt,
} from './producers/producer-upkeep.ts'
import type { VerificationGuard } from './producers/verification.ts'
import { readLog, type ReadIsolation, type ReadLimits } from './reads/read-log.ts'
import type { ReadResult } from './reads/read-result.ts'
import { storageError } from './reads/storage-error.ts'
import {
  findByTimestamp,
  findMaxTimestamp,
  type TimestampedOffset,
} from './reads/timestamp-search.ts'
import { type LoadedFrom, loadLog } from './recovery/load-log.ts'
import { raiseLogStart } from './retention/raise-log-start.ts'

/** Told when an offset of the log moved; called synchronously. */
export interface LogListener {
  logEndMoved?(log: PartitionLog): void
  highWatermarkMoved?(log: PartitionLog): void
  logStartMoved?(log: PartitionLog): void
}

/** Names a log. */
export interface LogIdentity {
  readonly topic: string
  readonly partition: number
  /** 22 letters of base64url. */
  readonly topicId: string
}

/** One partition's log. */
export class PartitionLog {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  /** One listener, for whoever answers those who wait. */
  listener: LogListener | undefined
  readonly #state: LogState
  readonly #writer: AppendWriter
  readonly #maintenance: LogMaintenance
  readonly #from: LoadedFrom
  #loading: Promise<void> | undefined
  #isLoaded = false
  #isClosed = false
  /** Appends are refused while the end of the log is being cut, by truncation or after a failed write. */
  #cuts = 0
  /** The end of the records that were synced because of `flush.messages`. */
  #syncedOffset = 0

  constructor(
    host: LogHost,
    identity: LogIdentity,
    options: { readonly path: string; readonly settings: LogSettings; readonly from: LoadedFrom },
  ) {
    this.topic = identity.topic
    this.partition = identity.partition
    this.topicId = identity.topicId
    this.#from = options.from
    this.#state = newLogState(host, identity, options)
    this.#writer = new AppendWriter({
      host,
      mustFlush: (endOffset) =>
        endOffset - this.#syncedOffset >= this.#state.settings['flush.messages'],
      syncsBeforeRoll: () => this.#state.settings['cleanup.policy'].includes('compact'),
      syncWritten: (endOffset) => this.#syncWritten(endOffset),
      written: (endOffset) => this.#written(endOffset),
      cutBack: () => this.#cut(() => this.#maintenance.cutBack()),
    })
    this.#maintenance = new LogMaintenance(this.#state, this.#writer)
  }

  /** Whether `load` is done. */
  get isLoaded(): boolean {
    return this.#isLoaded
  }

  /** Whether the log directory has failed: nothing works until the broker starts again. */
  get isOffline(): boolean {
    return this.#state.host.condition === 'offline'
  }

  get directory(): string {
    return this.#state.path
  }

  get settings(): LogSettings {
    return this.#state.settings
  }

  /** The first offset that may be read. */
  get logStartOffset(): number {
    return this.#state.logStartOffset
  }

  /** The offset after the last record that is written. */
  get logEndOffset(): number {
    return this.#state.logEndOffset
  }

  /** The offset up to which records are committed, as the replica layer says. */
  get highWatermark(): number {
    return this.#state.highWatermark
  }

  /** The offset up to which all transactions are decided and committed. */
  get lastStableOffset(): number {
    return lastStableOffset(this.#state)
  }

  /** Everything before it is on the medium. */
  get recoveryPoint(): number {
    return this.#state.recoveryPoint
  }

  /** What the checkpoint of start offsets must say; nothing where the first segment's name says it. */
  get checkpointedStartOffset(): number | undefined {
    const { logStartOffset, segments } = this.#state
    const known = this.#isLoaded ? segments.first.baseOffset : 0
    return logStartOffset > known ? logStartOffset : undefined
  }

  /** The directory's checkpoint file may name this recovery point, or surely does once it `isWritten`. */
  recoveryPointCheckpointed(offset: number, isWritten: boolean): void {
    const state = this.#state
    state.recoveryPointOnDisk = isWritten ? offset : Math.max(offset, state.recoveryPointOnDisk)
  }

  /** The newest leader epoch; `undefined` when none is known. */
  get latestEpoch(): number | undefined {
    return this.#state.epochs.latest
  }

  /** Bytes of all segments, written or about to be. */
  get sizeInBytes(): number {
    return this.#state.segments.sizeInBytes
  }

  /**
   * Opens the directory's files, after which everything else works. Logs that were closed in order are opened on
   * demand, since there may be thousands; a second call waits for the first.
   */
  load(): Promise<void> {
    this.#loading ??= loadLog(this.#state, this.#from).then(() => {
      this.#isLoaded = true
      this.#syncedOffset = this.#state.logEndOffset
    })
    return this.#loading
  }

  /**
   * Appends as leader: one batch of a client, or a coordinator's batches. The order of calls is the order in the log;
   * refusals are thrown at once. `records` may be reused when the call returns. Resolves when the records are written;
   * rejects with KAFKA_STORAGE_ERROR when they could not be.
   */
  appendAsLeader(records: Buffer, options: LeaderAppendOptions): Promise<AppendInfo> {
    this.#assertWritable()
    const { noted, info } = takeAppend(this.#state, records, options)
    if (noted === undefined) return this.#writtenBefore(info.lastOffset + 1, info)
    return this.#write(noted, info)
  }

  /**
   * Appends a leader's batches as they are, from the log's end on; a batch that is cut off at the end is left out.
   * Throws CORRUPT_MESSAGE for damaged batches and INVALID_RECORD for offsets that do not follow.
   */
  appendAsFollower(records: Buffer): Promise<{ readonly lastOffset: number }> {
    this.#assertWritable()
    const { bytes, lastOffset } = followingBatches(records, this.#state.nextOffset)
    if (bytes.length === 0) return Promise.resolve({ lastOffset })
    const noted = noteFollowerAppend(this.#state, bytes, this.#state.host.world.clock.now())
    return this.#write(noted, { lastOffset })
  }

  /**
   * Whole batches from the one that holds `offset`. A value when they are in memory, a promise when the disk is needed.
   * Throws, or rejects with, OFFSET_OUT_OF_RANGE. At most one segment, and from disk at most 1 MiB or one larger batch.
   */
  read(
    offset: number,
    limits: ReadLimits & { readonly upTo: ReadIsolation },
  ): ReadResult | Promise<ReadResult> {
    this.#assertOnline()
    return readLog(this.#state, offset, limits)
  }

  /** The half of an append that waits: the records' place is fixed. */
  #write<T>(noted: NotedAppend, result: T): Promise<T> {
    const written = this.#writer.append(noted, result)
    if (noted.sealed !== undefined) this.#maintenance.seal(noted.sealed, noted.baseOffset)
    return written
  }

  /** Moves the high watermark up; it never falls but by truncation, and never passes the log's end. */
  setHighWatermark(offset: number): void {
    const state = this.#state
    const moved = Math.min(offset, state.logEndOffset)
    if (moved <= state.highWatermark) return
    state.highWatermark = moved
    state.producers.highWatermarkMoved(moved)
    this.listener?.highWatermarkMoved?.(this)
  }

  /** The first record whose timestamp is at least `timestamp`. */
  async offsetForTimestamp(timestamp: number): Promise<TimestampedOffset | undefined> {
    this.#assertOnline()
    return await findByTimestamp(this.#state, timestamp).catch(storageError)
  }

  /** The first of the records with the largest timestamp. */
  async maxTimestampOffset(): Promise<TimestampedOffset | undefined> {
    this.#assertOnline()
    return await findMaxTimestamp(this.#state).catch(storageError)
  }

  /** Where a leader epoch ended. */
  endOffsetForEpoch(epoch: number): EpochEnd {
    this.#assertOnline()
    return this.#state.epochs.endOf(epoch, this.#state.logEndOffset)
  }

  /** Notes that a leader epoch begins, also when nothing is written in it. Resolves when that is on the medium. */
  async assignEpoch(epoch: number, startOffset: number = this.#state.nextOffset): Promise<void> {
    this.#assertOnline()
    if (this.#state.epochs.assign(epoch, startOffset)) await this.#maintenance.writeEpochs()
  }

  /** Removes the batches that reach beyond `offset`. Nothing may be appended until it resolves. */
  truncateTo(offset: number): Promise<void> {
    this.#assertOnline()
    return this.#cut(() => this.#maintenance.truncateTo(offset))
  }

  /** Removes everything; the log goes on at `offset`. */
  truncateFullyAndStartAt(offset: number): Promise<void> {
    this.#assertOnline()
    return this.#cut(() => this.#maintenance.truncateFullyAndStartAt(offset))
  }

  /**
   * Moves the log start offset up to `offset`; the records before it can no longer be read, and their segments go with
   * the next retention run. Resolves to the log start offset when it is on the medium.
   */
  async deleteRecordsBefore(offset: number): Promise<number> {
    this.#assertOnline()
    if (raiseLogStart(this.#state, offset)) {
      this.listener?.logStartMoved?.(this)
      await this.#state.host.checkpointLogStartOffsets()
    }
    return this.#state.logStartOffset
  }

  /** New settings of the topic hold from the next append on. */
  updateSettings(settings: LogSettings): void {
    this.#state.settings = settings
    this.#state.rules = appendRules(settings)
  }

  /** Puts everything that is written on the medium. */
  flush(): Promise<void> {
    this.#assertOnline()
    return this.#maintenance.flush()
  }

  /** Which part of a compacted log may be cleaned, given where the last cleaning ended. */
  cleanableRange(cleanedOffset: number): Promise<CleanableRange> {
    return rangeToClean(this.#state, this.lastStableOffset, cleanedOffset)
  }

  /** Compacts a range of the log; see `cleanLog`. */
  clean(
    range: CleanableRange,
    context: Omit<CleaningContext, 'exclusive'>,
  ): Promise<CleaningResult> {
    const exclusive = <T>(action: () => Promise<T>): Promise<T> =>
      this.#maintenance.exclusive(action)
    return cleanLog(this.#state, range, { ...context, exclusive })
  }

  /** What regularly has to be done: flushing by time, retention, and forgetting idle producers. */
  async maintain(what: 'flush' | 'retention' | 'producers'): Promise<void> {
    if (!this.#isLoaded || this.#isClosed) return
    if (what === 'flush') await this.#maintenance.flushIfDue()
    else if (what === 'retention') {
      if (await this.#maintenance.applyRetention()) this.listener?.logStartMoved?.(this)
    } else expireProducers(this.#state)
  }

  /** The producers that the log remembers. */
  producers(): ProducerDescription[] {
    return describeProducers(this.#state.producers)
  }

  /** Whether the producer has a transaction open in this partition. */
  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean {
    return this.#state.producers.hasOngoing(producerId, producerEpoch)
  }

  /**
   * Begins to verify that a transaction includes this partition (KIP-890): ask the coordinator, then append with the
   * guard. `undefined` when the transaction is open here already and needs none. Throws INVALID_PRODUCER_EPOCH.
   */
  startVerification(
    producerId: number,
    attempt: VerificationAttempt,
  ): VerificationGuard | undefined {
    return startVerification(this.#state, producerId, attempt)
  }

  /**
   * Comes to stand for `source`, whose records it has: takes over what does not follow from them, and puts everything on
   * the medium. Nothing is appended to either meanwhile.
   */
  async standFor(source: PartitionLog): Promise<void> {
    const state = this.#state
    const { epochs, verifications, settings, logStartOffset, highWatermark } = source.#state
    assert(state.logEndOffset === source.logEndOffset, 'a log stands for one whose records it has')
    this.updateSettings(settings)
    state.epochs.clear()
    for (const { epoch, startOffset } of epochs.entries) state.epochs.assign(epoch, startOffset)
    state.verifications.takeFrom(verifications)
    this.setHighWatermark(highWatermark)
    await this.deleteRecordsBefore(logStartOffset)
    await this.#maintenance.writeEpochs()
    await this.flush()
  }

  /** The log's directory has another name now. */
  renamed(path: string): Promise<void> {
    return this.#maintenance.exclusive(() => {
      this.#state.path = path
      for (const segment of this.#state.segments.all) segment.moveTo(path)
      return Promise.resolve()
    })
  }

  /** Puts everything on the medium and closes the files; the log takes nothing any more. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#isLoaded) await this.#maintenance.close()
  }

  /** Stops and closes the files without putting anything on the medium: the log is to be deleted. */
  async abandon(): Promise<void> {
    this.#isClosed = true
    if (this.#isLoaded) await this.#maintenance.abandon()
  }

  #written(endOffset: number): void {
    this.#state.logEndOffset = endOffset
    this.listener?.logEndMoved?.(this)
  }

  async #syncWritten(endOffset: number): Promise<void> {
    await syncWritten(this.#state)
    this.#syncedOffset = Math.max(this.#syncedOffset, endOffset)
  }

  async #cut(action: () => Promise<void>): Promise<void> {
    this.#cuts += 1
    try {
      await action()
    } finally {
      this.#cuts -= 1
      this.#syncedOffset = Math.min(this.#syncedOffset, this.#state.logEndOffset)
    }
  }

  #writtenBefore(endOffset: number, info: AppendInfo): Promise<AppendInfo> {
    if (endOffset <= this.#state.logEndOffset) return Promise.resolve(info)
    return this.#writer.reached(endOffset).then(() => info)
  }

  #assertOnline(): void {
    assert(this.#isLoaded, 'a log is loaded before it is used')
    if (this.#state.host.condition === 'offline') {
      throw new KafkaError('KAFKA_STORAGE_ERROR', 'The log directory is offline.')
    }
    if (this.#isClosed) throw new KafkaError('KAFKA_STORAGE_ERROR', 'The log is closed.')
  }

  #assertWritable(): void {
    this.#assertOnline()
    if (this.#cuts > 0) {
      throw new KafkaError('KAFKA_STORAGE_ERROR', 'The end of the log is being repaired.')
    }
    if (this.#state.host.condition === 'full') {
      throw new KafkaError('KAFKA_STORAGE_ERROR', 'The log directory is full.')
    }
  }
}
