// One replica on its way from one log directory of this broker to another (KIP-113): its log is copied batch by batch while
// it goes on being used; when the copy has everything, appends wait for a moment and the copy takes its place.
//
// Invariant: the copy never has a record that the log does not have when it takes its place: like a follower's, its leader
// epochs are held against the log's before anything is added.

import { KafkaError } from '@samsa/protocol'
import type { LogDirectories, PartitionLog } from '@samsa/log'
import { type World, WorldError } from '@samsa/world'
import { appendBatches, truncateToLeader } from '../replicas/follower-log.ts'
import { Nap } from '../replicas/nap.ts'
import type { Partition } from '../replicas/partition.ts'

/** Bytes copied in one step. */
const stepBytes = 1 << 20
const backoffMs = 500
/** However low the rate is, it is asked for again after this time. */
const longestPauseMs = 250

/** What a move needs of its broker. */
export interface MoveHost {
  readonly logs: LogDirectories
  /** replica.alter.log.dirs.io.max.bytes.per.second. */
  readonly maxBytesPerSecond: () => number
}

/** The path of the log directory that a log lies in. */
export function homeOf({ directory }: PartitionLog): string {
  return directory.slice(0, directory.lastIndexOf('/'))
}

/** The move of one replica; it begins at once. */
export class ReplicaMove {
  /** Resolves when nothing happens any more: the replica is moved, the move was stopped, or cannot go on. */
  readonly ended: Promise<void>
  readonly #world: World
  readonly #partition: Partition
  readonly #copy: PartitionLog
  readonly #host: MoveHost
  #isStopped = false
  readonly #nap: Nap

  constructor(world: World, partition: Partition, copy: PartitionLog, host: MoveHost) {
    this.#world = world
    this.#nap = new Nap(world.clock)
    this.#partition = partition
    this.#copy = copy
    this.#host = host
    this.ended = this.#run()
  }

  /** Stops copying. What was copied stays where it is. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#nap.wake()
    await this.ended
  }

  async #run(): Promise<void> {
    const { topic, index: partition, log } = this.#partition
    const fields = { topic, partition, from: homeOf(log), to: homeOf(this.#copy) }
    const { logger } = this.#world
    logger.info(fields, 'A replica moves to another log directory.')
    while (!this.#isStopped) {
      try {
        await log.load()
        await this.#copy.load()
        await this.#catchUp(() => this.#isStopped)
        if (this.#isStopped) return
        // Most of it is on the medium before appends have to wait.
        await this.#copy.flush()
        await this.#partition.exchangeLog(() => this.#takePlace())
        logger.info(fields, 'A replica has moved to another log directory.')
        return
      } catch (error) {
        if (!(error instanceof KafkaError || error instanceof WorldError)) throw error
        if (this.#isHopeless()) {
          logger.error({ ...fields, error }, 'A replica cannot be moved.')
          return
        }
        logger.warn({ ...fields, error }, 'A move is interrupted; it is tried again.')
        if (!this.#isStopped) await this.#nap.sleep(backoffMs)
      }
    }
  }

  /** Nothing is appended to the log while this runs. */
  async #takePlace(): Promise<PartitionLog> {
    await this.#catchUp(() => false)
    await this.#copy.standFor(this.#partition.log)
    const { topic, index } = this.#partition
    return await this.#host.logs.futures.promote(topic, index)
  }

  /** Copies until the copy ends where the log does, or until it `mayEnd`. */
  async #catchUp(mayEnd: () => boolean): Promise<void> {
    const copy = this.#copy
    const { log } = this.#partition
    while (!mayEnd()) {
      await alignCopy(log, copy)
      copy.setHighWatermark(log.highWatermark)
      const start = Math.min(log.logStartOffset, copy.highWatermark)
      if (copy.logStartOffset < start) await copy.deleteRecordsBefore(start)
      if (copy.logEndOffset === log.logEndOffset) return
      const limits = { maxBytes: stepBytes, minOneBatch: true, upTo: 'log-end' } as const
      const result = await log.read(copy.logEndOffset, limits)
      try {
        // The log was cut in this moment.
        if (result.sizeInBytes === 0) throw new KafkaError('OFFSET_NOT_AVAILABLE')
        await appendBatches(copy, Buffer.concat(result.chunks))
      } finally {
        result.release()
      }
      await this.#payFor(result.sizeInBytes)
    }
  }

  /** Waits for as long as so many bytes take at the rate that is set, also when it is set anew meanwhile. */
  async #payFor(bytes: number): Promise<void> {
    for (let owed = bytes; owed > 0 && !this.#isStopped; ) {
      const bytesPerMs = this.#host.maxBytesPerSecond() / 1000
      const ms = Math.min(owed / bytesPerMs, longestPauseMs)
      if (ms < 1) return
      await this.#nap.sleep(ms)
      owed -= bytesPerMs * ms
    }
  }

  #isHopeless(): boolean {
    const homes = [homeOf(this.#partition.log), homeOf(this.#copy)]
    return this.#host.logs.directories().some((each) => each.isOffline && homes.includes(each.path))
  }
}

/** Cuts what the log does not have, and goes to its start where that is beyond the copy's end. */
async function alignCopy(log: PartitionLog, copy: PartitionLog): Promise<void> {
  if (copy.logEndOffset < log.logStartOffset) {
    await copy.truncateFullyAndStartAt(log.logStartOffset)
    return
  }
  const { latestEpoch, logEndOffset } = copy
  if (latestEpoch !== undefined) {
    const end = log.endOffsetForEpoch(latestEpoch)
    if (end.endOffset < 0) await copy.truncateFullyAndStartAt(log.logStartOffset)
    else if (end.epoch < latestEpoch || end.endOffset < logEndOffset) {
      await truncateToLeader(copy, end)
    }
  }
  if (copy.logEndOffset > log.logEndOffset) await copy.truncateTo(log.logEndOffset)
}
