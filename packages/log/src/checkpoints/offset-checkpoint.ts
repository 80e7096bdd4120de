// The checkpoint files of a log directory: one offset per partition, as text.
//
//   0                      version
//   2                      number of lines that follow
//   orders 0 4711          topic, partition, offset
//   orders 1 815
//
// Used for recovery points (everything before is on the medium), high watermarks, log start offsets and the first
// dirty offsets of compacted logs. A leader-epoch checkpoint is the same without the topic: `epoch startOffset`.

import type { EpochStart } from '../epochs/leader-epochs.ts'

/** Names of the checkpoint files beside the partitions' directories. */
export const checkpointNames = {
  recoveryPoint: 'recovery-point-offset-checkpoint',
  highWatermark: 'replication-offset-checkpoint',
  logStartOffset: 'log-start-offset-checkpoint',
  cleanerOffset: 'cleaner-offset-checkpoint',
} as const

/** Name of the file in a partition's directory that lists where its leader epochs began. */
export const LEADER_EPOCH_CHECKPOINT = 'leader-epoch-checkpoint'

/** Offsets by `topic-partition`, the name of the partition's directory. */
export type PartitionOffsets = Map<string, number>

/** Reads a checkpoint; `undefined` when the text is not one. */
export function parseOffsetCheckpoint(text: string): PartitionOffsets | undefined {
  const lines = entryLines(text)
  if (lines === undefined) return undefined
  const offsets: PartitionOffsets = new Map()
  for (const line of lines) {
    const match = /^(\S+)\s+(\d+)\s+(-?\d+)$/.exec(line)
    if (match === null) return undefined
    offsets.set(`${match[1]}-${match[2]}`, Number(match[3]))
  }
  return offsets
}

/** The text of a checkpoint. */
export function formatOffsetCheckpoint(
  entries: readonly {
    readonly topic: string
    readonly partition: number
    readonly offset: number
  }[],
): string {
  const lines = entries.map((entry) => `${entry.topic} ${entry.partition} ${entry.offset}`)
  return ['0', String(entries.length), ...lines, ''].join('\n')
}

/** Reads a leader-epoch checkpoint; `undefined` when the text is not one. */
export function parseEpochCheckpoint(text: string): EpochStart[] | undefined {
  const lines = entryLines(text)
  if (lines === undefined) return undefined
  const entries: EpochStart[] = []
  for (const line of lines) {
    const match = /^(\d+)\s+(\d+)$/.exec(line)
    if (match === null) return undefined
    entries.push({ epoch: Number(match[1]), startOffset: Number(match[2]) })
  }
  return entries
}

/** The text of a leader-epoch checkpoint. */
export function formatEpochCheckpoint(entries: readonly EpochStart[]): string {
  const lines = entries.map((entry) => `${entry.epoch} ${entry.startOffset}`)
  return ['0', String(entries.length), ...lines, ''].join('\n')
}

/** The lines behind version and count; `undefined` when either is wrong. */
function entryLines(text: string): string[] | undefined {
  const [version, count, ...rest] = text.split('\n')
  if (version?.trim() !== '0' || count === undefined || !/^\d+$/.test(count.trim())) {
    return undefined
  }
  const lines = rest.map((line) => line.trim()).filter((line) => line !== '')
  return lines.length === Number(count) ? lines : undefined
}
