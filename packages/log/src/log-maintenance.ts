// What is done to a log besides appending and reading: sealing full segments, flushing, truncating, retention, closing.
// One at a time, in the order asked for; appends and reads go on meanwhile unless the log's end itself is being cut.
//
// A failing disk fails the directory here; nobody else decides that.

import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { SealedSegment } from './appends/append-records.ts'
import type { AppendWriter } from './appends/append-writer.ts'
import { flushLog, writeClosed, writeEpochs, writeSnapshot } from './appends/log-flush.ts'
import type { LogState } from './log-state.ts'
import { formatProducerSnapshot } from './producers/producer-snapshot.ts'
import type { Segment } from './segments/segment.ts'
import { truncateFully, truncateLog } from './recovery/truncate.ts'
import { applyRetention } from './retention/apply-retention.ts'

/** The maintenance of one log. */
export class LogMaintenance {
  readonly #log: LogState
  readonly #writer: AppendWriter
  #chain: Promise<unknown> = Promise.resolve()
  #lastFlushMs: number
  /** Snapshots that were taken when a segment was sealed and are not on disk yet, by offset. */
  readonly #snapshots = new Map<number, Buffer>()

  constructor(log: LogState, writer: AppendWriter) {
    this.#log = log
    this.#writer = writer
    this.#lastFlushMs = log.host.world.clock.monotonic()
  }

  /** Runs `action` when everything asked for before is done. */
  exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#chain.then(() => guarded(this.#log, action))
    this.#chain = result.catch(() => {})
    return result
  }

  /** A segment is full: puts it, its indexes and the producer state at its end on the medium, in the background. */
  seal(sealed: SealedSegment, endOffset: number): void {
    const { topic, partition, host } = this.#log
    this.#snapshots.set(endOffset, sealed.snapshot)
    this.#writer
      .reached(endOffset)
      .then(() => this.flush())
      .catch((error: unknown) => {
        // The next flush does what this one could not; a log that was cut back has nothing to seal.
        host.world.logger.debug(
          { topic, partition, endOffset, error },
          'A segment is not sealed yet',
        )
      })
  }

  /** Puts everything that is written on the medium. */
  flush(): Promise<void> {
    return this.exclusive(async () => {
      this.#lastFlushMs = this.#log.host.world.clock.monotonic()
      const endOffset = this.#log.logEndOffset
      for (const [offset, bytes] of this.#snapshots) {
        if (offset > endOffset) continue
        await writeSnapshot(this.#log, offset, bytes)
        this.#snapshots.delete(offset)
      }
      await flushLog(this.#log, endOffset)
    })
  }

  /** Flushes if `flush.ms` has passed since the last time. */
  async flushIfDue(): Promise<void> {
    const sinceMs = this.#log.host.world.clock.monotonic() - this.#lastFlushMs
    if (this.#log.logEndOffset <= this.#log.recoveryPoint) return
    if (sinceMs >= this.#log.settings['flush.ms']) await this.flush()
  }

  /** Writes the leader-epoch checkpoint if it is stale. */
  writeEpochs(): Promise<void> {
    return this.exclusive(() => writeEpochs(this.#log))
  }

  /** Cuts off what is not written; called by the writer, whose appends then fail. */
  cutBack(): Promise<void> {
    return this.exclusive(() => this.#truncate(this.#log.logEndOffset))
  }

  /** Removes the batches that reach beyond `offset`. */
  async truncateTo(offset: number): Promise<void> {
    await this.#writer.idle()
    await this.exclusive(async () => {
      const log = this.#log
      if (offset < log.logStartOffset) await this.#truncateFully(offset)
      else if (offset < log.nextOffset) await this.#truncate(offset)
      else {
        log.epochs.truncateFromEnd(offset)
        await writeEpochs(log)
      }
    })
  }

  async truncateFullyAndStartAt(offset: number): Promise<void> {
    await this.#writer.idle()
    await this.exclusive(() => this.#truncateFully(offset))
  }

  /** Removes what retention lets go; resolves to whether the log start offset moved. */
  applyRetention(): Promise<boolean> {
    return this.exclusive(() => applyRetention(this.#log))
  }

  /** Puts everything on the medium and closes the files. Nothing may be appended any more. */
  async close(): Promise<void> {
    await this.#writer.idle()
    const log = this.#log
    if (log.isChanged) {
      if (!this.#isOnlyActiveDirty()) await this.flush()
      await this.exclusive(() => writeClosed(log, formatProducerSnapshot(log.producers.entries())))
    } else if (log.epochs.version !== log.epochsOnDisk) await this.writeEpochs()
    await this.exclusive(async () => {
      for (const segment of log.segments.all) await log.host.files.close(segment.file)
    })
  }

  #isOnlyActiveDirty(): boolean {
    const { segments } = this.#log
    return (
      this.#snapshots.size === 0 &&
      segments.all.every((each) => each === segments.active || (each.isSealed && isSynced(each)))
    )
  }

  /** Closes the files as they are. */
  async abandon(): Promise<void> {
    await this.#writer.idle()
    await this.#chain
    this.#log.tail.clear()
    for (const segment of this.#log.segments.all) await this.#log.host.files.close(segment.file)
  }

  async #truncate(offset: number): Promise<void> {
    for (const taken of this.#snapshots.keys()) {
      if (taken > offset) this.#snapshots.delete(taken)
    }
    await truncateLog(this.#log, offset)
  }

  async #truncateFully(offset: number): Promise<void> {
    this.#snapshots.clear()
    await truncateFully(this.#log, offset)
  }
}

/** Failures of the disk become Kafka's error for storage, and the directory's condition. */
async function guarded<T>(log: LogState, action: () => Promise<T>): Promise<T> {
  if (log.host.condition === 'offline') {
    throw new KafkaError('KAFKA_STORAGE_ERROR', 'The log directory is offline.')
  }
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    log.host.failed(error)
    throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
  }
}

function isSynced(segment: Segment): boolean {
  return segment.isNameSynced && segment.syncedBytes >= segment.writtenBytes
}
