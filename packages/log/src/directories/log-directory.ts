// One log directory: its lock, its identity, its checkpoint files and whether it takes writes.
//
// Invariant: the clean-shutdown marker stands only while nobody writes here. It is removed, and that is on the medium,
// before the first log is opened; it is written after everything else is on the medium.

import { KafkaError } from '@samsa/protocol'
import { type DiskLock, WorldError, type World } from '@samsa/world'
import type { AppendArena } from '../appends/append-arena.ts'
import { replaceFile } from '../checkpoints/atomic-file.ts'
import {
  CLEAN_SHUTDOWN,
  formatCleanShutdown,
  formatMetaProperties,
  type MetaProperties,
  META_PROPERTIES,
  parseMetaProperties,
} from '../checkpoints/directory-files.ts'
import {
  checkpointNames,
  formatOffsetCheckpoint,
  parseOffsetCheckpoint,
  type PartitionOffsets,
} from '../checkpoints/offset-checkpoint.ts'
import type { DirectoryCondition, LogHost } from '../log-host.ts'
import type { LogDirectorySettings } from '../log-settings.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { ReadAhead } from '../reads/read-ahead.ts'
import type { ReadBuffers } from '../reads/read-buffers.ts'
import type { IndexCache } from '../segments/index-cache.ts'
import type { OpenFiles } from '../segments/open-files.ts'
import { partitionDirectory } from './partition-name.ts'

/** How often a full directory is asked whether there is room again. */
const ROOM_CHECK_MS = 500
/** Room that must be there before a full directory takes writes again. */
const ROOM_BYTES = 4 << 20

/** What all directories of a broker share. */
export interface SharedServices {
  readonly world: World
  readonly settings: LogDirectorySettings
  readonly arena: AppendArena
  readonly files: OpenFiles
  readonly buffers: ReadBuffers
  readonly readAhead: ReadAhead
  readonly indexes: IndexCache
}

/** The offsets that a directory's checkpoint files had when it was opened. */
export interface LoadedCheckpoints {
  readonly recoveryPoints: PartitionOffsets
  readonly highWatermarks: PartitionOffsets
  readonly logStartOffsets: PartitionOffsets
}

/** What a checkpoint file is to say of a log; nothing when it is left out. */
type OffsetOf = (log: PartitionLog, name: string) => number | undefined

/** A log directory. */
export class LogDirectory implements LogHost {
  readonly path: string
  readonly world: World
  readonly settings: LogDirectorySettings
  readonly arena: AppendArena
  readonly files: OpenFiles
  readonly buffers: ReadBuffers
  readonly readAhead: ReadAhead
  readonly indexes: IndexCache
  /** The directory's own id, 22 letters; empty until it is open. */
  directoryId = ''
  /** Whether the last broker here shut down in order. */
  wasClean = false
  /** The loaded logs in this directory, by directory name. */
  readonly logs = new Map<string, PartitionLog>()
  /** Logs that are being filled to replace one in another directory, by the name they will have. */
  readonly futures = new Map<string, PartitionLog>()
  /** Where the last compaction of each log ended, by directory name. */
  cleanedOffsets: PartitionOffsets = new Map()
  /** Logs that are there and could not be opened, by directory name: nobody may begin them anew. */
  readonly unusable = new Set<string>()
  /** Told when the directory fails for good. */
  onOffline: (error: WorldError) => void = () => {}
  #condition: DirectoryCondition = 'online'
  #lock: DiskLock | undefined
  readonly #writing = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, Promise<void>>()

  constructor(path: string, services: SharedServices) {
    this.path = path
    this.world = services.world
    this.settings = services.settings
    this.arena = services.arena
    this.files = services.files
    this.buffers = services.buffers
    this.readAhead = services.readAhead
    this.indexes = services.indexes
  }

  get condition(): DirectoryCondition {
    return this.#condition
  }

  /** Takes the directory: locks it, reads who it belongs to and whether it is clean. Fails with a `WorldError`. */
  async open(): Promise<MetaProperties | undefined> {
    const { disk } = this.world
    await this.#make()
    this.#lock = await disk.lock(`${this.path}/.lock`)
    if (this.#lock === undefined) {
      throw new WorldError('other', this.path, 'Another process uses this log directory.')
    }
    const marker = `${this.path}/${CLEAN_SHUTDOWN}`
    this.wasClean = (await disk.stat(marker)) !== undefined
    const meta = await disk.readFile(`${this.path}/${META_PROPERTIES}`)
    return meta === undefined ? undefined : parseMetaProperties(meta.toString())
  }

  /** Creates the directory and its missing parents, each name on the medium. */
  async #make(): Promise<void> {
    const { disk } = this.world
    const parents: string[] = []
    let path = this.path
    while (path !== '/' && path !== '.' && (await disk.stat(path)) === undefined) {
      path = parentOf(path)
      parents.push(path)
    }
    await disk.makeDirectory(this.path)
    for (const parent of parents) await disk.syncDirectory(parent)
  }

  /** From here on a crash is an unclean shutdown. */
  async begin(): Promise<void> {
    if (!this.wasClean) return
    await this.world.disk.unlink(`${this.path}/${CLEAN_SHUTDOWN}`)
    await this.world.disk.syncDirectory(this.path)
  }

  /** Writes who the directory belongs to. */
  async writeMeta(meta: Required<MetaProperties>): Promise<void> {
    const text = formatMetaProperties(meta)
    await replaceFile(this.world.disk, this.path, META_PROPERTIES, Buffer.from(text))
    this.directoryId = meta.directoryId
  }

  /** The checkpoint files; missing ones, and lines of partitions they do not name, count as offset 0. */
  async readCheckpoints(): Promise<LoadedCheckpoints> {
    this.cleanedOffsets = await this.#readCheckpoint(checkpointNames.cleanerOffset)
    const [recoveryPoints, highWatermarks, logStartOffsets] = await Promise.all([
      this.#readCheckpoint(checkpointNames.recoveryPoint),
      this.#readCheckpoint(checkpointNames.highWatermark),
      this.#readCheckpoint(checkpointNames.logStartOffset),
    ])
    return { recoveryPoints, highWatermarks, logStartOffsets }
  }

  async #readCheckpoint(name: string): Promise<PartitionOffsets> {
    const bytes = await this.world.disk.readFile(`${this.path}/${name}`)
    if (bytes === undefined) return new Map()
    const offsets = parseOffsetCheckpoint(bytes.toString())
    if (offsets === undefined) {
      // Everything is then recovered from the beginning, which is slow but right.
      this.world.logger.warn({ path: `${this.path}/${name}` }, 'Ignoring a damaged checkpoint file')
    }
    return offsets ?? new Map()
  }

  checkpointRecoveryPoints(): Promise<void> {
    return this.#writeCheckpoint(checkpointNames.recoveryPoint, (log) => log.recoveryPoint)
  }

  checkpointHighWatermarks(): Promise<void> {
    return this.#writeCheckpoint(checkpointNames.highWatermark, (log) => log.highWatermark)
  }

  checkpointLogStartOffsets(): Promise<void> {
    return this.#writeCheckpoint(
      checkpointNames.logStartOffset,
      (log) => log.checkpointedStartOffset,
    )
  }

  /** Cleaned offsets beyond a log's end are of records that were truncated since. */
  checkpointCleanedOffsets(): Promise<void> {
    return this.#writeCheckpoint(checkpointNames.cleanerOffset, (log, name) => {
      const offset = this.cleanedOffsets.get(name)
      return offset === undefined ? undefined : Math.min(offset, log.logEndOffset)
    })
  }

  /**
   * Writes a checkpoint file with what `offsetOf` says of each log at the time of the write. Calls that come while one
   * is being written share the next.
   */
  #writeCheckpoint(name: string, offsetOf: OffsetOf): Promise<void> {
    const waiting = this.#waiting.get(name)
    if (waiting !== undefined) return waiting
    const write = async (): Promise<void> => {
      await this.#writing.get(name)?.catch(() => {})
      this.#waiting.delete(name)
      const writing = this.#write(name, offsetOf)
      this.#writing.set(name, writing)
      await writing
    }
    const result = write()
    this.#waiting.set(name, result)
    return result
  }

  async #write(name: string, offsetOf: OffsetOf): Promise<void> {
    if (this.#condition === 'offline') throw offline(this.path)
    const entries: { topic: string; partition: number; offset: number }[] = []
    // A partition has one log in a directory: its own, or one that is to become it.
    for (const [directoryName, log] of [...this.logs, ...this.futures]) {
      const offset = offsetOf(log, directoryName)
      if (offset === undefined) continue
      entries.push({ topic: log.topic, partition: log.partition, offset })
    }
    const noteRecoveryPoints = (isWritten: boolean): void => {
      if (name !== checkpointNames.recoveryPoint) return
      for (const { topic, partition, offset } of entries) {
        const directoryName = partitionDirectory(topic, partition)
        const log = this.logs.get(directoryName) ?? this.futures.get(directoryName)
        log?.recoveryPointCheckpointed(offset, isWritten)
      }
    }
    noteRecoveryPoints(false)
    try {
      const text = formatOffsetCheckpoint(entries)
      await replaceFile(this.world.disk, this.path, name, Buffer.from(text))
      noteRecoveryPoints(true)
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      this.failed(error)
      throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
    }
  }

  failed(error: WorldError): void {
    if (this.#condition === 'offline') return
    if (error.kind === 'full') {
      if (this.#condition === 'full') return
      this.#condition = 'full'
      this.world.logger.error(
        { directory: this.path, error },
        'The log directory is full; writes are refused until there is room',
      )
      this.#waitForRoom()
      return
    }
    this.#condition = 'offline'
    this.world.logger.error({ directory: this.path, error }, 'The log directory failed')
    this.onOffline(error)
  }

  #waitForRoom(): void {
    this.world.clock.after(ROOM_CHECK_MS, () => {
      this.world.disk.freeBytes(this.path).then(
        (bytes) => {
          if (this.#condition !== 'full') return
          if (bytes < ROOM_BYTES) {
            this.#waitForRoom()
            return
          }
          this.#condition = 'online'
          this.world.logger.info(
            { directory: this.path, freeBytes: bytes },
            'The log directory has room again; writes are taken',
          )
        },
        (error: unknown) => {
          if (error instanceof WorldError)
            this.failed(new WorldError('io', this.path, error.message))
        },
      )
    })
  }

  /** Everything is closed: writes the marker and lets the directory go. */
  async close(): Promise<void> {
    if (this.#condition !== 'offline') {
      await this.checkpointRecoveryPoints()
      await this.checkpointHighWatermarks()
      await this.checkpointLogStartOffsets()
      await this.checkpointCleanedOffsets()
      const marker = Buffer.from(formatCleanShutdown(-1))
      await replaceFile(this.world.disk, this.path, CLEAN_SHUTDOWN, marker)
    }
    await this.#lock?.release()
    this.#lock = undefined
  }

  /** Lets the directory go without a word: it failed, or never came up. */
  async abandon(): Promise<void> {
    this.#condition = 'offline'
    await this.#lock?.release()
    this.#lock = undefined
  }
}

function parentOf(path: string): string {
  const plain = path.replace(/\/+$/, '')
  const slash = plain.lastIndexOf('/')
  if (slash < 0) return '.'
  return slash === 0 ? '/' : plain.slice(0, slash)
}

/** What is asked of a directory that failed. */
function offline(path: string): KafkaError {
  return new KafkaError('KAFKA_STORAGE_ERROR', `The log directory ${path} is offline.`)
}
