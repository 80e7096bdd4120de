// Finding the partitions in a log directory, and recovering them after an unclean shutdown.

import { KafkaError, ZERO_UUID } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import { PARTITION_METADATA, parsePartitionMetadata } from '../checkpoints/directory-files.ts'
import type { LogSettings } from '../log-settings.ts'
import { PartitionLog } from '../partition-log.ts'
import { eachOf } from './each-of.ts'
import type { LoadedCheckpoints, LogDirectory } from './log-directory.ts'
import { parsePartitionDirectory, partitionDirectory } from './partition-name.ts'

/** Directories looked into at the same time. */
const CONCURRENT_LOOKS = 32

/** Lists the partitions of a directory; nothing of them is opened yet. Directories that wait for removal are removed. */
export async function findLogs(
  directory: LogDirectory,
  topicSettings: (topic: string) => LogSettings,
): Promise<void> {
  const { disk } = directory.world
  const checkpoints = await directory.readCheckpoints()
  await directory.begin()
  const names = await disk.list(directory.path)
  await eachOf(names, CONCURRENT_LOOKS, async (name) => {
    const parsed = parsePartitionDirectory(name)
    if (parsed === undefined) return
    const path = `${directory.path}/${name}`
    if (parsed.isDeleted) {
      await disk.removeDirectory(path)
      return
    }
    const metadata = await disk.readFile(`${path}/${PARTITION_METADATA}`)
    const topicId = metadata === undefined ? ZERO_UUID : parsePartitionMetadata(metadata.toString())
    if (topicId === undefined) {
      if (parsed.isFuture) {
        await disk.removeDirectory(path)
        return
      }
      directory.world.logger.error({ path }, 'Ignoring a partition with damaged metadata')
      directory.unusable.add(name)
      return
    }
    const identity = { topic: parsed.topic, partition: parsed.partition, topicId }
    const settings = topicSettings(parsed.topic)
    const plainName = partitionDirectory(parsed.topic, parsed.partition)
    const from = loadedFrom(directory, checkpoints, plainName)
    const log = new PartitionLog(directory, identity, { path, settings, from })
    if (!parsed.isFuture) directory.logs.set(name, log)
    else if (topicId === ZERO_UUID || directory.futures.has(plainName)) {
      await disk.removeDirectory(path)
    } else directory.futures.set(plainName, log)
  })
}

function loadedFrom(
  directory: LogDirectory,
  checkpoints: LoadedCheckpoints,
  name: string,
): {
  isClean: boolean
  logStartOffset: number
  recoveryPoint: number
  highWatermark: number
} {
  return {
    isClean: directory.wasClean,
    logStartOffset: checkpoints.logStartOffsets.get(name) ?? 0,
    recoveryPoint: checkpoints.recoveryPoints.get(name) ?? 0,
    highWatermark: checkpoints.highWatermarks.get(name) ?? 0,
  }
}

/** Recovers all logs of a directory that was not closed in order. A log that cannot be recovered is left alone. */
export async function recoverLogs(directory: LogDirectory): Promise<void> {
  if (directory.wasClean || directory.condition === 'offline' || directory.logs.size === 0) return
  const { logger, clock } = directory.world
  const startedMs = clock.monotonic()
  const logs = [...directory.logs]
  logger.info({ directory: directory.path, logs: logs.length }, 'Recovering the log directory')
  let done = 0
  const parallel = Math.max(1, directory.settings['num.recovery.threads.per.data.dir'])
  await eachOf(logs, parallel, async ([name, log]) => {
    try {
      await log.load()
    } catch (error) {
      if (!(error instanceof KafkaError || error instanceof WorldError)) throw error
      if (error instanceof WorldError && error.kind === 'io') directory.failed(error)
      logger.error({ directory: directory.path, log: name, error }, 'A log cannot be recovered')
      directory.logs.delete(name)
      directory.unusable.add(name)
    }
    done += 1
    if (done % 100 === 0) {
      logger.info({ directory: directory.path, done, logs: logs.length }, 'Recovering logs')
    }
  })
  const tookMs = Math.round(clock.monotonic() - startedMs)
  logger.info({ directory: directory.path, logs: done, tookMs }, 'Recovered the log directory')
}
