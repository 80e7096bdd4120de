// Removing the files of a segment that is no longer part of its log.

import type { LogState } from '../log-state.ts'
import type { SegmentFileKind } from './file-names.ts'
import type { Segment } from './segment.ts'

const kinds: readonly SegmentFileKind[] = ['log', 'index', 'timeindex', 'txnindex']

/** Removes the files at once. */
export async function removeSegmentFiles(log: LogState, segment: Segment): Promise<void> {
  const { disk } = log.host.world
  await log.host.files.close(segment.file)
  for (const kind of kinds) await disk.unlink(segment.path(kind))
}

/** Renames the files to `….deleted`, and removes them after `file.delete.delay.ms`: readers may still be in them. */
export async function deleteSegmentLater(log: LogState, segment: Segment): Promise<void> {
  const { disk, clock, logger } = log.host.world
  const paths: string[] = []
  for (const kind of kinds) {
    const path = segment.path(kind)
    if ((await disk.stat(path)) === undefined) continue
    await disk.rename(path, `${path}.deleted`)
    paths.push(`${path}.deleted`)
  }
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
