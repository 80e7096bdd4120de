// Which of two directories of one partition counts. A move ends by renaming the new directory and then the old one; a
// crash or a failing disk in between leaves both. The number in the new one is larger, and was there before its name; the
// old one says by then that it is leaving, so that it is not served while the new one is out of sight.

import { WorldError } from '@samsa/world'
import { replaceFile } from '../checkpoints/atomic-file.ts'
import { MOVE_GENERATION } from '../checkpoints/directory-files.ts'
import type { PartitionLog } from '../partition-log.ts'
import { segmentFileName } from '../segments/file-names.ts'
import type { LogDirectory } from './log-directory.ts'

const leaving = 'leaving'

/** What a partition's directory says of the moves it took part in. */
export interface MoveState {
  readonly generation: number
  /** A copy may have taken its place, or is about to. */
  readonly isLeaving: boolean
}

/** Of a partition's directory; generation 0 when it says nothing. Rejects with a `WorldError`. */
export async function readMoveState(directory: LogDirectory, path: string): Promise<MoveState> {
  const text = await directory.world.disk.readFile(`${path}/${MOVE_GENERATION}`)
  const [number, word] = (text ?? '').toString().split(' ')
  const generation = Number(number)
  return {
    generation: Number.isSafeInteger(generation) ? generation : 0,
    isLeaving: word === leaving,
  }
}

/** Puts it on the medium. Rejects with a `WorldError`. */
export function writeMoveState(
  directory: LogDirectory,
  path: string,
  { generation, isLeaving }: MoveState,
): Promise<void> {
  const text = isLeaving ? `${generation} ${leaving}` : `${generation}`
  return replaceFile(directory.world.disk, path, MOVE_GENERATION, Buffer.from(text))
}

/**
 * Leaves one log of every partition, the one that counts, and at most one that is to replace it. A log whose topic
 * `isDeleted` gives way to one of the same name: its directory may have been offline at that time. Rejects with a
 * `WorldError` when two logs of a partition claim the same, as copies made by hand do.
 */
export async function settleDuplicates(
  directories: readonly LogDirectory[],
  isDeleted: (topicId: string) => boolean,
): Promise<void> {
  const found = new Map<string, { readonly directory: LogDirectory; readonly log: PartitionLog }>()
  for (const directory of directories) {
    for (const [name, log] of directory.logs) {
      const other = found.get(name)
      const one = { directory, log }
      if (other === undefined) found.set(name, one)
      else found.set(name, await winnerOf(name, [other, one], isDeleted))
    }
  }
  const futures = new Set<string>()
  for (const directory of directories) {
    for (const [name, log] of directory.futures) {
      const isLeft = directory.logs.has(name) || futures.has(name)
      if (!isLeft) futures.add(name)
      else {
        await removeOrFail(directory, log.directory)
        directory.futures.delete(name)
      }
    }
  }
  const isComplete = directories.every((each) => each.condition !== 'offline')
  for (const [name, { directory, log }] of found) {
    // Without a copy in sight, and nothing out of sight, nothing has taken the place of a log.
    if (isComplete && !futures.has(name)) continue
    const { generation, isLeaving } = await readMoveState(directory, log.directory)
    if (!isLeaving) continue
    if (isComplete) {
      await writeMoveState(directory, log.directory, { generation, isLeaving: false })
      continue
    }
    const fields = { path: log.directory }
    directory.world.logger.error(fields, 'A log may have been replaced by one that is offline.')
    directory.logs.delete(name)
    directory.unusable.add(name)
  }
}

interface Found {
  readonly directory: LogDirectory
  readonly log: PartitionLog
}

async function winnerOf(
  name: string,
  [one, other]: readonly [Found, Found],
  isDeleted: (topicId: string) => boolean,
): Promise<Found> {
  const rank = async ({ directory, log }: Found): Promise<number> => {
    if (isDeleted(log.topicId)) return -2
    if (await isUntouched(directory, log.directory)) return -1
    return (await readMoveState(directory, log.directory)).generation
  }
  const [ofOne, ofOther] = [await rank(one), await rank(other)]
  if (ofOne === ofOther && ofOne >= 0) {
    const where = `${one.directory.path} and ${other.directory.path}`
    throw new WorldError('other', name, `${name} is in both ${where}: remove one of them.`)
  }
  const [winner, loser] = ofOne > ofOther ? [one, other] : [other, one]
  const fields = { kept: winner.log.directory, removed: loser.log.directory }
  loser.directory.world.logger.warn(
    fields,
    'Of two logs of one partition the one that counts is kept.',
  )
  loser.directory.logs.delete(name)
  await removeOrFail(loser.directory, loser.log.directory)
  return winner
}

/** Whether nothing was ever written: what is left where a log could not be created, and was created elsewhere. */
async function isUntouched({ world }: LogDirectory, path: string): Promise<boolean> {
  const segments = (await world.disk.list(path)).filter((name) => name.endsWith('.log'))
  const [first, ...others] = segments
  if (first === undefined) return true
  if (others.length > 0 || first !== segmentFileName(0, 'log')) return false
  return (await world.disk.stat(`${path}/${first}`))?.size === 0
}

/** A directory in which nothing can be removed has failed. */
async function removeOrFail(directory: LogDirectory, path: string): Promise<void> {
  try {
    await directory.world.disk.removeDirectory(path)
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    directory.failed(new WorldError('io', path, error.message, { cause: error }))
  }
}
