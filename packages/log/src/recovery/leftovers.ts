// What a crash left in a partition's directory: files on their way out, and the output of compaction. Output that was not
// complete goes; output that was complete is swapped in, after which the segments it replaces go.

import type { LogState } from '../log-state.ts'
import { parseSegmentFileName, segmentFileName } from '../segments/file-names.ts'
import { scanSegment } from '../segments/segment-scan.ts'

/** Cleans up; returns the names that remain. */
export async function clearLeftovers(log: LogState): Promise<string[]> {
  const { disk, logger } = log.host.world
  let names = await disk.list(log.path)
  const cleaned = names.filter((name) => name.endsWith('.cleaned'))
  for (const name of names) {
    const isStray = name.endsWith('.deleted') || name.endsWith('.tmp') || cleaned.includes(name)
    if (isStray) await disk.unlink(`${log.path}/${name}`)
  }
  // A swap begins only when all of its output has its new name.
  const firstCleaned = Math.min(...cleaned.map((name) => parseSegmentFileName(name)?.offset ?? 0))
  const swapped: string[] = []
  for (const name of names.filter((each) => each.endsWith('.swap'))) {
    const offset = parseSegmentFileName(name)?.offset ?? 0
    if (offset >= firstCleaned) await disk.unlink(`${log.path}/${name}`)
    else swapped.push(name)
  }
  if (swapped.length > 0) {
    logger.info(
      { topic: log.topic, partition: log.partition, files: swapped },
      'Finishing a swap of compacted segments that a crash interrupted',
    )
    await finishSwap(log, names, swapped)
  }
  names = await disk.list(log.path)
  if (swapped.length > 0) await disk.syncDirectory(log.path)
  return names
}

async function finishSwap(
  log: LogState,
  names: readonly string[],
  swapped: readonly string[],
): Promise<void> {
  const { disk } = log.host.world
  const replaced: { from: number; to: number }[] = []
  for (const name of swapped) {
    const parsed = parseSegmentFileName(name)
    if (parsed?.kind !== 'log') continue
    const to = await endOffsetOf(log, `${log.path}/${name}`, parsed.offset)
    replaced.push({ from: parsed.offset, to })
  }
  for (const name of names) {
    const parsed = parseSegmentFileName(name)
    if (parsed === undefined || parsed.suffix !== '' || parsed.kind === 'snapshot') continue
    const { offset } = parsed
    if (replaced.some(({ from, to }) => offset >= from && offset < to)) {
      await disk.unlink(`${log.path}/${name}`)
    }
  }
  // Indexes first: a `.log` without a suffix says that its swap is complete.
  const order = [...swapped].sort(
    (one, other) => Number(one.includes('.log.')) - Number(other.includes('.log.')),
  )
  for (const name of order) {
    const parsed = parseSegmentFileName(name)
    if (parsed === undefined) await disk.unlink(`${log.path}/${name}`)
    else {
      const to = segmentFileName(parsed.offset, parsed.kind)
      await disk.rename(`${log.path}/${name}`, `${log.path}/${to}`)
    }
  }
}

async function endOffsetOf(log: LogState, path: string, baseOffset: number): Promise<number> {
  const file = await log.host.world.disk.open(path, 'read')
  try {
    let endOffset = baseOffset
    await scanSegment(file, { start: 0, end: await file.size() }, (batch) => {
      endOffset = batch.nextOffset
      return 'continue'
    })
    return endOffset
  } finally {
    await file.close()
  }
}
