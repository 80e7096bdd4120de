// Taking a log out of its directory: its files keep their directory under another name until `file.delete.delay.ms` is
// over, for those who read them now.

import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { PartitionLog } from '../partition-log.ts'
import type { DirectorySchedule } from './directory-schedule.ts'
import type { LogDirectory } from './log-directory.ts'
import { deletedDirectory } from './partition-name.ts'

/**
 * Stops the log, which nobody finds any more, and renames its directory; resolves when that is on the medium. Nothing is
 * done to the disk of a directory that is offline. Rejects with KAFKA_STORAGE_ERROR.
 */
export async function removeLog(
  log: PartitionLog,
  directory: LogDirectory,
  schedule: DirectorySchedule,
): Promise<void> {
  await log.abandon()
  if (directory.condition === 'offline') return
  const { disk, random } = directory.world
  const name = deletedDirectory(log.topic, log.partition, random.bytes(16))
  const path = `${directory.path}/${name}`
  try {
    await disk.rename(log.directory, path)
    await disk.syncDirectory(directory.path)
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    directory.failed(error)
    throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
  }
  schedule.removeLater(path, log.settings['file.delete.delay.ms'])
}
