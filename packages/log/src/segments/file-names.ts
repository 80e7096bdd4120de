// Names inside a partition's directory. Every file of a segment carries the segment's base offset, written with twenty
// digits so that names sort as offsets do; a suffix behind the kind tells what a crash may have left half done:
//
//   00000000000000000042.log            the record batches
//   00000000000000000042.index          offset → position
//   00000000000000000042.timeindex      timestamp → offset
//   00000000000000000042.txnindex       aborted transactions
//   00000000000000000042.snapshot       producer state just before offset 42
//   ….cleaned                           output of compaction, incomplete
//   ….swap                              output of compaction, complete, being swapped in
//   ….deleted                           removed from the log, waiting for `file.delete.delay.ms`

/** The kinds of files a segment consists of; `snapshot` belongs to an offset rather than to a segment. */
export type SegmentFileKind = 'log' | 'index' | 'timeindex' | 'txnindex' | 'snapshot'

/** What happens to a file: nothing, or a step of compaction or deletion. */
export type SegmentFileSuffix = '' | '.cleaned' | '.swap' | '.deleted'

/** A name taken apart. */
export interface SegmentFileName {
  readonly offset: number
  readonly kind: SegmentFileKind
  readonly suffix: SegmentFileSuffix
}

/** The name of a file of the segment (or snapshot) at `offset`. */
export function segmentFileName(
  offset: number,
  kind: SegmentFileKind,
  suffix: SegmentFileSuffix = '',
): string {
  return `${String(offset).padStart(20, '0')}.${kind}${suffix}`
}

const pattern = /^(\d{1,20})\.(log|index|timeindex|txnindex|snapshot)(\.cleaned|\.swap|\.deleted)?$/

/** Takes a name apart; `undefined` for files that are not a segment's. */
export function parseSegmentFileName(name: string): SegmentFileName | undefined {
  const match = pattern.exec(name)
  if (match === null) return undefined
  const offset = Number(match[1])
  if (!Number.isSafeInteger(offset)) return undefined
  return {
    offset,
    kind: match[2] as SegmentFileKind,
    suffix: (match[3] ?? '') as SegmentFileSuffix,
  }
}
