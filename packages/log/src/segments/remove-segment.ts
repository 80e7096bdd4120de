// Removing the files of a segment that is no longer part of its log.

import type { LogState } from '../log-state.ts'
import type { SegmentFileKind } from './file-names.ts'
import type { Segment } from './segment.ts'

const kinds: readonly SegmentFileKind[] = ['log', 'index', 'timeindex', 'txnindex']

/**
 * Takes segments off the end of the log, the last one first, each removal on the medium before the next: whatever a crash
 * brings back, the rest of the log before it is there.
 */
export async function removeFromEnd(log: LogState, segments: readonly Segment[]): Promise<void> {
  const { disk } = log.host.world
  for (const segment of segments.toReversed()) {
    log.segments.remove(segment)
    await log.host.files.close(segment.file)
    for (const kind of kinds) await disk.unlink(segment.path(kind))
    await disk.syncDirectory(log.path)
  }
}

/**
 * Takes a segment off the start of the log. Its files are renamed to `….deleted` and removed after
 * `file.delete.delay.ms`, since readers may still be in them. The renaming is on the medium when the promise resolves, so
 * that segments deleted one after the other never come back with one missing between them.
 */
export async function removeFromStart(log: LogState, segment: Segment): Promise<void> {
  log.segments.remove(segment)
  const paths = await hideSegmentFiles(log, segment)
  await log.host.world.disk.syncDirectory(log.path)
  removeLater(log, segment, paths)
}

/** Renames the files of a segment to `….deleted`; the caller syncs the directory. Returns their new paths. */
export async function hideSegmentFiles(log: LogState, segment: Segment): Promise<string[]> {
  const { disk } = log.host.world
  const paths: string[] = []
  for (const kind of kinds) {
    const path = segment.path(kind)
    if ((await disk.stat(path)) === undefined) continue
    await disk.rename(path, `${path}.deleted`)
    paths.push(`${path}.deleted`)
  }
  return paths
}

/** Removes the index files of a segment, which are on the medium no longer when the promise resolves. */
export async function removeIndexFiles(log: LogState, segment: Segment): Promise<void> {
  const { disk } = log.host.world
  for (const kind of kinds) if (kind !== 'log') await disk.unlink(segment.path(kind))
  await disk.syncDirectory(log.path)
}

/** Removes files of a segment that is out of use after `file.delete.delay.ms`. */
export function removeLater(log: LogState, segment: Segment, paths: readonly string[]): void {
  const { disk, clock, logger } = log.host.world
  clock.after(log.settings['file.delete.delay.ms'], () => {
    const removal = log.host.files
      .close(segment.file)
      .then(() => Promise.all(paths.map((path) => disk.unlink(path))))
    removal.catch((error: unknown) => {
      // What is left behind is removed when the log is loaded again.
      logger.warn({ segment: segment.file.path, error }, 'Could not remove a deleted segment')
    })
  })
}
