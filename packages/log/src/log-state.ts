// The state of one partition's log in memory, shared by the parts that append, read, flush, truncate, recover and clean.
//
//   logStartOffset ≤ lastStableOffset ≤ highWatermark ≤ logEndOffset ≤ nextOffset
//   recoveryPoint ≤ logEndOffset
//
// `nextOffset` is what the next batch gets. `logEndOffset` is the end of what is written, and flushed where
// `flush.messages` asks for it; nobody outside sees a record beyond it. Between the two lie appends in flight.

import type { LogTail } from './appends/log-tail.ts'
import type { LeaderEpochs } from './epochs/leader-epochs.ts'
import type { LogHost } from './log-host.ts'
import type { LogSettings } from './log-settings.ts'
import type { ProducerStates } from './producers/producer-states.ts'
import type { Verifications } from './producers/verification.ts'
import type { SegmentList } from './segments/segment-list.ts'

/** What the parts of a log share. Fields are changed by the part that the comment names. */
export interface LogState {
  readonly host: LogHost
  readonly topic: string
  readonly partition: number
  /** The partition's directory. */
  path: string
  settings: LogSettings
  readonly segments: SegmentList
  readonly tail: LogTail
  readonly producers: ProducerStates
  readonly verifications: Verifications
  readonly epochs: LeaderEpochs
  /** The version of `epochs` that the checkpoint file has. */
  epochsOnDisk: number
  /** Offsets of the producer snapshots on disk. */
  readonly snapshots: Set<number>
  nextOffset: number
  logEndOffset: number
  highWatermark: number
  logStartOffset: number
  /** Everything before it is on the medium, with all that is derived from it. */
  recoveryPoint: number
  /** The largest recovery point that may stand in the directory's checkpoint file. */
  recoveryPointOnDisk: number
}
