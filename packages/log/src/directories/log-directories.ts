// The log directories of a broker. Opening them takes possession of every directory, finds the partitions in them and
// recovers those that were not closed in order; the rest is opened on demand. A directory that fails goes offline alone.

import { isUuid, KafkaError, ZERO_UUID } from '@samsa/protocol'
import { assert, WorldError, type World } from '@samsa/world'
import { AppendArena } from '../appends/append-arena.ts'
import { LogCleaner } from '../cleaning/log-cleaner.ts'
import { replaceFile } from '../checkpoints/atomic-file.ts'
import {
  formatPartitionMetadata,
  type MetaProperties,
  PARTITION_METADATA,
} from '../checkpoints/directory-files.ts'
import type { LogDirectorySettings, LogSettings } from '../log-settings.ts'
import { PartitionLog } from '../partition-log.ts'
import { ReadAhead } from '../reads/read-ahead.ts'
import { ReadBuffers } from '../reads/read-buffers.ts'
import { IndexCache } from '../segments/index-cache.ts'
import { OpenFiles } from '../segments/open-files.ts'
import { DirectorySchedule } from './directory-schedule.ts'
import { eachOf } from './each-of.ts'
import { findLogs, recoverLogs } from './find-logs.ts'
import { FutureLogs } from './future-logs.ts'
import { LogDirectory } from './log-directory.ts'
import { settleDuplicates } from './move-generation.ts'
import { partitionDirectory } from './partition-name.ts'
import { removeLog } from './remove-log.ts'

/** Files that stay open for reading and writing; the system's limit is usually far above. */
const OPEN_FILES = 4096

/** Logs closed at the same time: their syncs share the file system's journal. */
const CONCURRENT_CLOSES = 64

/** How an earlier broker left the directories; 'none' when there was none in one of them. */
export type LastShutdown = 'clean' | 'unclean' | 'none'

/** What to open, and for whom. */
export interface LogDirectoriesOptions {
  /** Paths, as `log.dirs` names them. */
  readonly directories: readonly string[]
  readonly brokerId: number
  /** The cluster that the directories must belong to; without it the one they name, or a new one. */
  readonly clusterId?: string
  /** The settings of a topic whose logs are found or created. */
  readonly topicSettings: (topic: string) => LogSettings
  /** Whether a topic of that id is known to have been deleted. */
  readonly isDeleted?: (topicId: string) => boolean
}

/** One directory, as DescribeLogDirs tells of it. */
export interface DirectoryDescription {
  readonly path: string
  readonly directoryId: string
  readonly isOffline: boolean
  /** Writes are refused until there is room. */
  readonly isFull: boolean
  readonly logs: readonly PartitionLog[]
  /** Logs that are to replace one in another directory. */
  readonly futures: readonly PartitionLog[]
}

/** All logs of one broker. */
export class LogDirectories {
  readonly clusterId: string
  /** What this broker found; directories that could not be opened do not count. */
  readonly lastShutdown: LastShutdown
  /** Told when a directory fails for good; its logs answer KAFKA_STORAGE_ERROR from then on. */
  onOffline: (directory: string, error: WorldError) => void = () => {}
  /** Logs on their way from one directory to another. */
  readonly futures: FutureLogs
  readonly #world: World
  readonly #options: LogDirectoriesOptions
  readonly #directories: readonly LogDirectory[]
  readonly #arena: AppendArena
  readonly #logs = new Map<string, PartitionLog>()
  readonly #creating = new Map<string, Promise<PartitionLog>>()
  readonly #schedule: DirectorySchedule
  readonly #cleaner: LogCleaner
  #isClosed = false

  private constructor(
    world: World,
    settings: LogDirectorySettings,
    options: LogDirectoriesOptions,
    opened: {
      readonly clusterId: string
      readonly lastShutdown: LastShutdown
      readonly directories: readonly LogDirectory[]
      readonly arena: AppendArena
    },
  ) {
    this.#world = world
    this.#options = options
    this.clusterId = opened.clusterId
    this.lastShutdown = opened.lastShutdown
    this.#directories = opened.directories
    this.#arena = opened.arena
    for (const directory of opened.directories) {
      directory.onOffline = (error) => this.onOffline(directory.path, error)
      for (const [name, log] of directory.logs) this.#logs.set(name, log)
    }
    this.#schedule = new DirectorySchedule(world, settings, opened.directories)
    this.futures = new FutureLogs(opened.directories, this.#logs, this.#schedule)
    this.#cleaner = new LogCleaner(world, settings, opened.directories)
    this.#cleaner.start()
  }

  /**
   * Opens all directories. One that cannot be opened starts offline; when none can, or when one belongs to another
   * broker or cluster, it rejects with a `WorldError`. Resolves when recovery is over.
   */
  static async open(
    world: World,
    settings: LogDirectorySettings,
    options: LogDirectoriesOptions,
  ): Promise<LogDirectories> {
    const arena = new AppendArena(settings['tail.cache.bytes'])
    const files = new OpenFiles(world.disk, OPEN_FILES)
    const buffers = new ReadBuffers()
    const services = {
      world,
      settings,
      arena,
      files,
      buffers,
      readAhead: new ReadAhead(world.clock, files, buffers),
      indexes: new IndexCache(),
    }
    const directories = options.directories.map((path) => new LogDirectory(path, services))
    try {
      const { clusterId, lastShutdown } = await takePossession(world, directories, options)
      for (const directory of directories) await lookInto(directory, options.topicSettings)
      refuseIfAllOffline(directories)
      await settleDuplicates(directories, options.isDeleted ?? (() => false))
      await Promise.all(directories.map((directory) => recoverLogs(directory)))
      return new LogDirectories(world, settings, options, {
        clusterId,
        lastShutdown,
        directories,
        arena,
      })
    } catch (error) {
      for (const directory of directories) await directory.abandon()
      throw error
    }
  }

  /** Bytes that were appended and are not written yet: above some bound the broker should read no more requests. */
  get unwrittenBytes(): number {
    return this.#arena.unwrittenBytes
  }

  /** The log of a partition, if this broker has one; `load` it before use. */
  log(topic: string, partition: number): PartitionLog | undefined {
    return this.#logs.get(partitionDirectory(topic, partition))
  }

  logs(): Iterable<PartitionLog> {
    return this.#logs.values()
  }

  directories(): DirectoryDescription[] {
    return this.#directories.map((directory) => ({
      path: directory.path,
      directoryId: directory.directoryId,
      isOffline: directory.condition === 'offline',
      isFull: directory.condition === 'full',
      logs: [...directory.logs.values()],
      futures: [...directory.futures.values()],
    }))
  }

  /**
   * Creates an empty log, in the directory that has the fewest unless one is named. A log that exists is returned if it
   * has the same topic id; otherwise INCONSISTENT_TOPIC_ID. KAFKA_STORAGE_ERROR when no directory takes it.
   */
  async create(
    topic: string,
    partition: number,
    options: {
      readonly topicId: string
      readonly settings?: LogSettings
      readonly directory?: string
    },
  ): Promise<PartitionLog> {
    assert(!this.#isClosed, 'logs are created while the directories are open')
    const name = partitionDirectory(topic, partition)
    const underWay = this.#creating.get(name)
    if (underWay !== undefined) return await underWay
    const existing = this.#logs.get(name)
    if (existing !== undefined) {
      if (existing.topicId !== options.topicId && existing.topicId !== ZERO_UUID) {
        const message = `${name} belongs to topic id ${existing.topicId}.`
        throw new KafkaError('INCONSISTENT_TOPIC_ID', message)
      }
      await existing.load()
      return existing
    }
    const creating = this.#create(topic, partition, options)
    this.#creating.set(name, creating)
    try {
      return await creating
    } finally {
      this.#creating.delete(name)
    }
  }

  async #create(
    topic: string,
    partition: number,
    options: {
      readonly topicId: string
      readonly settings?: LogSettings
      readonly directory?: string
    },
  ): Promise<PartitionLog> {
    assert(isUuid(options.topicId), 'a topic id is a uuid')
    const lost = this.#directories.find((each) =>
      each.unusable.has(partitionDirectory(topic, partition)),
    )
    if (lost !== undefined) {
      const message = `${lost.path} has a log of ${topic}-${partition} that could not be opened.`
      throw new KafkaError('KAFKA_STORAGE_ERROR', message)
    }
    const directory = this.#chooseDirectory(options.directory)
    const name = partitionDirectory(topic, partition)
    const path = `${directory.path}/${name}`
    const { disk } = this.#world
    try {
      await disk.makeDirectory(path)
      const metadata = Buffer.from(formatPartitionMetadata(options.topicId))
      await replaceFile(disk, path, PARTITION_METADATA, metadata)
      await disk.syncDirectory(directory.path)
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      directory.failed(error)
      throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
    }
    const log = new PartitionLog(
      directory,
      { topic, partition, topicId: options.topicId },
      {
        path,
        settings: options.settings ?? this.#options.topicSettings(topic),
        from: { isClean: true, logStartOffset: 0, recoveryPoint: 0, highWatermark: 0 },
      },
    )
    await log.load()
    directory.logs.set(name, log)
    this.#logs.set(name, log)
    return log
  }

  #chooseDirectory(path: string | undefined): LogDirectory {
    const candidates = this.#directories.filter(
      (directory) =>
        directory.condition === 'online' && (path === undefined || directory.path === path),
    )
    const [first, ...rest] = candidates
    if (first === undefined) {
      const message = `No log directory takes new logs${path === undefined ? '' : ` at ${path}`}.`
      throw new KafkaError('KAFKA_STORAGE_ERROR', message)
    }
    return rest.reduce((least, each) => (each.logs.size < least.logs.size ? each : least), first)
  }

  /**
   * Deletes a log: it is gone at once, its directory is renamed and removed after `file.delete.delay.ms`. One that does
   * not exist is fine.
   */
  async delete(topic: string, partition: number): Promise<void> {
    const name = partitionDirectory(topic, partition)
    const log = this.#logs.get(name)
    const directory = this.#directories.find((each) => each.logs.get(name) === log)
    if (log === undefined || directory === undefined) return
    this.#logs.delete(name)
    directory.logs.delete(name)
    directory.cleanedOffsets.delete(name)
    await removeLog(log, directory, this.#schedule)
  }

  /** Compacts what needs it now, without waiting for the cleaner's next turn. */
  compact(): Promise<void> {
    return this.#cleaner.cleanAll()
  }

  /** Puts everything on the medium, says that the shutdown is clean, and lets the directories go. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#schedule.stop()
    await this.#cleaner.stop()
    await Promise.all(
      this.#directories.map(async (directory) => {
        try {
          const logs = [...directory.logs.values(), ...directory.futures.values()]
          await eachOf(logs, CONCURRENT_CLOSES, (log) => log.close())
          await directory.close()
        } catch (error) {
          // Without the marker the next start recovers the directory.
          if (!(error instanceof KafkaError || error instanceof WorldError)) throw error
          this.#world.logger.error({ directory: directory.path, error }, 'Unclean shutdown')
          await directory.abandon()
        }
      }),
    )
  }
}

/** Finds the logs of a directory; one that cannot be read goes offline alone. */
async function lookInto(
  directory: LogDirectory,
  topicSettings: LogDirectoriesOptions['topicSettings'],
): Promise<void> {
  if (directory.condition === 'offline') return
  try {
    await findLogs(directory, topicSettings)
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    directory.failed(new WorldError('io', directory.path, error.message, { cause: error }))
    directory.logs.clear()
    directory.futures.clear()
  }
}

function refuseIfAllOffline(directories: readonly LogDirectory[]): void {
  if (directories.some((each) => each.condition !== 'offline')) return
  const paths = directories.map((each) => each.path).join(', ')
  throw new WorldError('io', paths, `None of the log directories ${paths} can be used.`)
}

/** Locks the directories and settles whose they are; resolves to the cluster's id. */
async function takePossession(
  world: World,
  directories: readonly LogDirectory[],
  options: LogDirectoriesOptions,
): Promise<{ readonly clusterId: string; readonly lastShutdown: LastShutdown }> {
  const found = new Map<LogDirectory, MetaProperties | undefined>()
  let failure: WorldError | undefined
  for (const directory of directories) {
    try {
      found.set(directory, await directory.open())
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      failure = error
      directory.failed(new WorldError('io', directory.path, error.message, { cause: error }))
    }
  }
  if (found.size === 0 && failure !== undefined) throw failure
  const named = [...found.values()].find((meta) => meta?.clusterId !== undefined)?.clusterId
  const clusterId = options.clusterId ?? named ?? world.random.bytes(16).toString('base64url')
  for (const [directory, meta] of found) {
    const { brokerId } = options
    const isOther =
      (meta?.clusterId !== undefined && meta.clusterId !== clusterId) ||
      (meta?.brokerId !== undefined && meta.brokerId >= 0 && meta.brokerId !== brokerId)
    if (isOther) {
      throw new WorldError(
        'other',
        directory.path,
        `The log directory ${directory.path} belongs to broker ${meta?.brokerId} of cluster ` +
          `${meta?.clusterId}, not to broker ${brokerId} of cluster ${clusterId}.`,
      )
    }
    const directoryId = meta?.directoryId ?? world.random.bytes(16).toString('base64url')
    if (meta?.directoryId === undefined || meta.clusterId === undefined) {
      await directory.writeMeta({ clusterId, brokerId, directoryId })
    }
    directory.directoryId = directoryId
  }
  const isClean = [...found.keys()].every((directory) => directory.wasClean)
  const isNew = [...found.values()].includes(undefined)
  return { clusterId, lastShutdown: isNew ? 'none' : isClean ? 'clean' : 'unclean' }
}
