// What happens in log directories by the clock: checkpoints, flushing, retention, forgetting idle producers, removing
// deleted logs. Each job waits for its own end before it is due again.

import { KafkaError } from '@samsa/protocol'
import { type Timer, type World, WorldError } from '@samsa/world'
import type { LogDirectorySettings } from '../log-settings.ts'
import type { LogDirectory } from './log-directory.ts'

/** Longest time between two looks at the logs that flush by time. */
const FLUSH_CHECK_MS = 1000

/** The regular jobs of a broker's log directories. */
export class DirectorySchedule {
  readonly #world: World
  readonly #directories: readonly LogDirectory[]
  readonly #timers = new Set<Timer>()
  #isStopped = false

  constructor(world: World, settings: LogDirectorySettings, directories: readonly LogDirectory[]) {
    this.#world = world
    this.#directories = directories
    this.#every(settings['replica.high.watermark.checkpoint.interval.ms'], (directory) =>
      directory.checkpointHighWatermarks(),
    )
    this.#every(settings['log.flush.offset.checkpoint.interval.ms'], (directory) =>
      directory.checkpointRecoveryPoints(),
    )
    this.#every(settings['log.flush.start.offset.checkpoint.interval.ms'], (directory) =>
      directory.checkpointLogStartOffsets(),
    )
    const flushCheckMs = Math.min(settings['log.flush.scheduler.interval.ms'], FLUSH_CHECK_MS)
    this.#every(flushCheckMs, (directory) => eachLog(directory, 'flush'))
    this.#every(settings['log.retention.check.interval.ms'], (directory) =>
      eachLog(directory, 'retention'),
    )
    this.#every(settings['producer.id.expiration.check.interval.ms'], (directory) =>
      eachLog(directory, 'producers'),
    )
  }

  /** Removes a directory that was renamed for deletion. */
  removeLater(path: string, delayMs: number): void {
    this.#after(delayMs, async () => {
      await this.#world.disk.removeDirectory(path)
    })
  }

  /** Nothing begins any more. */
  stop(): void {
    this.#isStopped = true
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  #every(intervalMs: number, job: (directory: LogDirectory) => Promise<void>): void {
    const ms = Math.max(intervalMs, 1)
    if (ms > Number.MAX_SAFE_INTEGER) return
    const run = async (): Promise<void> => {
      for (const directory of this.#directories) {
        if (directory.condition === 'offline' || this.#isStopped) continue
        await job(directory).catch((error: unknown) => this.#report(error))
      }
      this.#after(ms, run)
    }
    this.#after(ms, run)
  }

  #after(ms: number, job: () => Promise<void>): void {
    if (this.#isStopped) return
    const timer = this.#world.clock.after(ms, () => {
      this.#timers.delete(timer)
      job().catch((error: unknown) => this.#report(error))
    })
    this.#timers.add(timer)
  }

  /** Failures of the disk have been judged where they happened; the job is due again. */
  #report(error: unknown): void {
    if (!(error instanceof KafkaError || error instanceof WorldError)) throw error
    this.#world.logger.warn({ error }, 'A regular job of the log directories failed')
  }
}

async function eachLog(
  directory: LogDirectory,
  what: 'flush' | 'retention' | 'producers',
): Promise<void> {
  for (const log of directory.logs.values()) await log.maintain(what)
}
