// The cleaner of a broker: looks for the compacted log that needs it most, cleans it, and looks again. One log at a time.

import { KafkaError } from '@samsa/protocol'
import { type Timer, type World, WorldError } from '@samsa/world'
import type { LogDirectory } from '../directories/log-directory.ts'
import type { LogDirectorySettings } from '../log-settings.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { CleanableRange } from './cleanable.ts'

interface Candidate {
  readonly directory: LogDirectory
  readonly log: PartitionLog
  readonly range: CleanableRange
}

/** Compacts the logs of some directories, in the background. */
export class LogCleaner {
  readonly #world: World
  readonly #settings: LogDirectorySettings
  readonly #directories: readonly LogDirectory[]
  #timer: Timer | undefined
  #running: Promise<void> = Promise.resolve()
  #isStopped = false
  /** Logs that cannot be cleaned because of damage; they are left alone until the broker starts again. */
  readonly #uncleanable = new Set<PartitionLog>()

  constructor(world: World, settings: LogDirectorySettings, directories: readonly LogDirectory[]) {
    this.#world = world
    this.#settings = settings
    this.#directories = directories
  }

  /** Begins to look for work, every `log.cleaner.backoff.ms`. */
  start(): void {
    if (this.#isStopped || !this.#settings['log.cleaner.enable']) return
    this.#timer = this.#world.clock.after(this.#settings['log.cleaner.backoff.ms'], () => {
      this.#running = this.cleanAll().then(() => this.start())
    })
  }

  /** Stops; resolves when nothing is being cleaned any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#running
  }

  /** Cleans whatever needs it, the dirtiest log first. */
  async cleanAll(): Promise<void> {
    while (!this.#isStopped) {
      const candidate = await this.#dirtiest()
      if (candidate === undefined) return
      if (!(await this.#clean(candidate))) return
    }
  }

  async #dirtiest(): Promise<Candidate | undefined> {
    let best: Candidate | undefined
    for (const directory of this.#directories) {
      if (directory.condition !== 'online') continue
      for (const [name, log] of directory.logs) {
        if (!log.settings['cleanup.policy'].includes('compact')) continue
        if (!log.isLoaded || this.#uncleanable.has(log)) continue
        const cleanedOffset = directory.cleanedOffsets.get(name) ?? 0
        const range = await log.cleanableRange(cleanedOffset)
        if (range.dirtyBytes === 0) continue
        const isDirty = range.dirtyRatio > log.settings['min.cleanable.dirty.ratio']
        if (!isDirty && !range.isOverdue) continue
        if (best === undefined || range.dirtyRatio > best.range.dirtyRatio) {
          best = { directory, log, range }
        }
      }
    }
    return best
  }

  /** False when the directory takes no writes, so that going on is of no use. */
  async #clean({ directory, log, range }: Candidate): Promise<boolean> {
    const { logger, clock } = this.#world
    const fields = { topic: log.topic, partition: log.partition }
    const startedMs = clock.monotonic()
    const name = `${log.topic}-${log.partition}`
    try {
      const result = await log.clean(range, {
        mapBytes: this.#settings['log.cleaner.dedupe.buffer.size'],
        throttle: (bytes) => this.#throttle(bytes),
      })
      directory.cleanedOffsets.set(name, result.cleanedOffset)
      await directory.checkpointCleanedOffsets()
      const tookMs = Math.round(clock.monotonic() - startedMs)
      logger.info({ ...fields, ...result, tookMs }, 'Compacted a log')
      return true
    } catch (error) {
      if (!(error instanceof KafkaError || error instanceof WorldError)) throw error
      if (error instanceof WorldError) directory.failed(error)
      else if (error.name !== 'OPERATION_NOT_ATTEMPTED') this.#uncleanable.add(log)
      logger.warn({ ...fields, error }, 'Could not compact a log')
      return directory.condition === 'online' && this.#uncleanable.has(log)
    }
  }

  async #throttle(bytes: number): Promise<void> {
    const bytesPerSecond = this.#settings['log.cleaner.io.max.bytes.per.second']
    const ms = (bytes / bytesPerSecond) * 1000
    if (ms >= 1) await this.#world.clock.sleep(ms)
    if (this.#isStopped) {
      throw new KafkaError('OPERATION_NOT_ATTEMPTED', 'The cleaner is being stopped.')
    }
  }
}
