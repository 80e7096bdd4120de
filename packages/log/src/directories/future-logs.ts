// Logs that are to replace one in another log directory of this broker (KIP-113). Whoever moves a partition has one
// created, fills it, and has it promoted; a broker that starts finds those whose move was not over.
//
// Invariant: the new log has everything, on the medium, before its directory gets the partition's name, and the old one
// takes nothing from before that until it is out of the way or outranked: whichever a restart finds is complete.

import { KafkaError } from '@samsa/protocol'
import { assert, WorldError } from '@samsa/world'
import { replaceFile } from '../checkpoints/atomic-file.ts'
import {
  formatPartitionMetadata,
  MOVE_GENERATION,
  PARTITION_METADATA,
} from '../checkpoints/directory-files.ts'
import { PartitionLog } from '../partition-log.ts'
import type { DirectorySchedule } from './directory-schedule.ts'
import type { LogDirectory } from './log-directory.ts'
import { type MoveState, readMoveState, writeMoveState } from './move-generation.ts'
import { futureDirectory, partitionDirectory } from './partition-name.ts'
import { removeLog } from './remove-log.ts'

/** A log and the directory it lies in. */
interface Placed {
  readonly log: PartitionLog
  readonly home: LogDirectory
}

/** The logs of a broker that are to replace others. */
export class FutureLogs {
  readonly #directories: readonly LogDirectory[]
  /** The broker's logs, by directory name. */
  readonly #logs: Map<string, PartitionLog>
  readonly #schedule: DirectorySchedule

  constructor(
    directories: readonly LogDirectory[],
    logs: Map<string, PartitionLog>,
    schedule: DirectorySchedule,
  ) {
    this.#directories = directories
    this.#logs = logs
    this.#schedule = schedule
  }

  /** The log that is to replace that of a partition; `load` it before use. */
  log(topic: string, partition: number): PartitionLog | undefined {
    return this.#find(partitionDirectory(topic, partition))?.log
  }

  *logs(): Iterable<PartitionLog> {
    for (const directory of this.#directories) yield* directory.futures.values()
  }

  /**
   * Creates an empty log that is to replace `current`, in the directory at that path. Rejects with KAFKA_STORAGE_ERROR,
   * or with INVALID_TOPIC_EXCEPTION when the topic's name is too long.
   */
  async create(current: PartitionLog, path: string): Promise<PartitionLog> {
    const { topic, partition, topicId, settings } = current
    const name = partitionDirectory(topic, partition)
    assert(this.#find(name) === undefined, 'a log is replaced by one other')
    const home = this.#directories.find((each) => each.path === path)
    if (home?.condition !== 'online' || home.logs.has(name) || home.unusable.has(name)) {
      throw new KafkaError('KAFKA_STORAGE_ERROR', `${path} does not take ${name}.`)
    }
    const { disk, random } = home.world
    const directory = `${path}/${futureDirectory(topic, partition, random.bytes(16))}`
    const from = { isClean: true, logStartOffset: 0, recoveryPoint: 0, highWatermark: 0 }
    const identity = { topic, partition, topicId }
    const log = new PartitionLog(home, identity, { path: directory, settings, from })
    home.futures.set(name, log)
    try {
      await attempt(home, async () => {
        await disk.makeDirectory(directory)
        const metadata = Buffer.from(formatPartitionMetadata(topicId))
        await replaceFile(disk, directory, PARTITION_METADATA, metadata)
        await disk.syncDirectory(path)
        // What the checkpoint files say of the partition may be of a log that was here before.
        await home.checkpointRecoveryPoints()
        await home.checkpointLogStartOffsets()
        await log.load()
      })
    } catch (error) {
      home.futures.delete(name)
      throw error
    }
    return log
  }

  /**
   * Puts the future log in the place of the partition's log. It has to have all records, on the medium, and nothing may
   * be appended to either until this resolves. Rejects with KAFKA_STORAGE_ERROR when the old log stays.
   */
  async promote(topic: string, partition: number): Promise<PartitionLog> {
    const name = partitionDirectory(topic, partition)
    const next = this.#find(name)
    const before = this.#current(name)
    assert(next !== undefined && before !== undefined, 'one log replaces another')
    const { log, home } = next
    assert(log.logEndOffset === before.log.logEndOffset, 'a log is replaced by one that has it all')
    const { generation } = await attempt(before.home, () => moveStateOf(before))
    await this.#takeName(next, before, generation)
    home.futures.delete(name)
    home.logs.set(name, log)
    this.#logs.set(name, log)
    const cleaned = before.home.cleanedOffsets.get(name)
    if (cleaned !== undefined) home.cleanedOffsets.set(name, cleaned)
    before.home.logs.delete(name)
    before.home.cleanedOffsets.delete(name)
    await this.#retire(before, next, generation)
    return log
  }

  /** Removes the log that was to replace that of a partition. There being none is fine. */
  async discard(topic: string, partition: number): Promise<void> {
    const name = partitionDirectory(topic, partition)
    const future = this.#find(name)
    if (future === undefined) return
    future.home.futures.delete(name)
    await removeLog(future.log, future.home, this.#schedule)
  }

  /** Gives the new log the partition's name. Where that fails the old one outranks it, whatever name the medium has. */
  async #takeName(next: Placed, before: Placed, generation: number): Promise<void> {
    const { log, home } = next
    const path = `${home.path}/${partitionDirectory(log.topic, log.partition)}`
    const { disk } = home.world
    const write = ({ home: at, log: of }: Placed, state: MoveState): Promise<void> =>
      attempt(at, () => writeMoveState(at, of.directory, state))
    await write(before, { generation, isLeaving: true })
    try {
      await write(next, { generation: generation + 1, isLeaving: false })
      await home.checkpointLogStartOffsets()
      await home.checkpointHighWatermarks()
      await disk.rename(log.directory, path)
      await disk.syncDirectory(home.path)
      await log.renamed(path)
    } catch (error) {
      if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
      home.failed(new WorldError('io', path, error.message, { cause: error }))
      await write(before, { generation: generation + 2, isLeaving: false })
      throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
    }
  }

  /** Takes the replaced log away. Where that fails its directory is offline, and a later start ends it. */
  async #retire(before: Placed, next: Placed, generation: number): Promise<void> {
    try {
      await removeLog(before.log, before.home, this.#schedule)
      if (before.home.condition === 'offline') return
      await before.home.checkpointRecoveryPoints()
      await before.home.checkpointLogStartOffsets()
      // An older copy may be in a directory that is offline now if there were moves before.
      if (generation > 0) return
      await attempt(next.home, async () => {
        const { disk } = next.home.world
        await disk.unlink(`${next.log.directory}/${MOVE_GENERATION}`)
        await disk.syncDirectory(next.log.directory)
      })
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      const { logger } = before.home.world
      logger.warn({ path: before.log.directory, error }, 'A log that was moved is not removed yet.')
    }
  }

  #find(name: string): Placed | undefined {
    for (const home of this.#directories) {
      const log = home.futures.get(name)
      if (log !== undefined) return { log, home }
    }
    return undefined
  }

  #current(name: string): Placed | undefined {
    const log = this.#logs.get(name)
    const home = this.#directories.find((each) => each.logs.get(name) === log)
    return log === undefined || home === undefined ? undefined : { log, home }
  }
}

function moveStateOf({ log, home }: Placed): Promise<MoveState> {
  return readMoveState(home, log.directory)
}

/** A failing disk fails the directory, and has Kafka's name outside. */
async function attempt<T>(directory: LogDirectory, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    directory.failed(error)
    throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
  }
}
