// Which of two directories of one partition counts. A move ends by renaming the new directory and then the old one; a
// crash or a failing disk in between leaves both. The number in the new one is larger, and was there before its name.

import { WorldError } from '@samsa/world'
import { replaceFile } from '../checkpoints/atomic-file.ts'
import { MOVE_GENERATION } from '../checkpoints/directory-files.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { LogDirectory } from './log-directory.ts'

/** The generation of a partition's directory; 0 when it says nothing. Rejects with a `WorldError`. */
export async function readGeneration(directory: LogDirectory, path: string): Promise<number> {
  const text = await directory.world.disk.readFile(`${path}/${MOVE_GENERATION}`)
  const generation = Number(text ?? 0)
  return Number.isSafeInteger(generation) ? generation : 0
}

/** Puts the generation of a partition's directory on the medium. Rejects with a `WorldError`. */
export function writeGeneration(
  directory: LogDirectory,
  path: string,
  generation: number,
): Promise<void> {
  const text = Buffer.from(String(generation))
  return replaceFile(directory.world.disk, path, MOVE_GENERATION, text)
}

/**
 * Leaves one log of every partition, the one that counts, and at most one that is to replace it. Rejects with a
 * `WorldError` when two logs of a partition claim the same, as copies made by hand do.
 */
export async function settleDuplicates(directories: readonly LogDirectory[]): Promise<void> {
  const found = new Map<string, { readonly directory: LogDirectory; readonly log: PartitionLog }>()
  for (const directory of directories) {
    for (const [name, log] of directory.logs) {
      const other = found.get(name)
      const one = { directory, log }
      if (other === undefined) found.set(name, one)
      else found.set(name, await newer(name, other, one))
    }
  }
  const futures = new Set<string>()
  for (const directory of directories) {
    for (const [name, log] of directory.futures) {
      const isLeft = directory.logs.has(name) || futures.has(name)
      if (!isLeft) futures.add(name)
      else {
        await directory.world.disk.removeDirectory(log.directory)
        directory.futures.delete(name)
      }
    }
  }
}

interface Found {
  readonly directory: LogDirectory
  readonly log: PartitionLog
}

async function newer(name: string, one: Found, other: Found): Promise<Found> {
  const generation = await readGeneration(one.directory, one.log.directory)
  const otherGeneration = await readGeneration(other.directory, other.log.directory)
  if (generation === otherGeneration) {
    const where = `${one.directory.path} and ${other.directory.path}`
    throw new WorldError('other', name, `${name} is in both ${where}: remove one of them.`)
  }
  const [winner, loser] = generation > otherGeneration ? [one, other] : [other, one]
  const { world } = loser.directory
  const copies = { kept: winner.log.directory, removed: loser.log.directory }
  world.logger.warn(copies, 'A move is ended.')
  loser.directory.logs.delete(name)
  await world.disk.removeDirectory(loser.log.directory)
  return winner
}
