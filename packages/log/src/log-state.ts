// The state of one partition's log in memory, shared by the parts that append, read, flush, truncate, recover and clean.
//
//   logStartOffset ≤ lastStableOffset ≤ highWatermark ≤ logEndOffset ≤ nextOffset
//   recoveryPoint ≤ logEndOffset
//
// `nextOffset` is what the next batch gets. `logEndOffset` is the end of what is written, and flushed where
// `flush.messages` asks for it; nobody outside sees a record beyond it. Between the two lie appends in flight.

import { type AppendRules, appendRules } from './appends/append-rules.ts'
import { LogTail } from './appends/log-tail.ts'
import { LeaderEpochs } from './epochs/leader-epochs.ts'
import type { LogHost } from './log-host.ts'
import type { LogSettings } from './log-settings.ts'
import { ProducerStates } from './producers/producer-states.ts'
import { Verifications } from './producers/verification.ts'
import { SegmentList } from './segments/segment-list.ts'

/** What the parts of a log share. Fields are changed by the part that the comment names. */
export interface LogState {
  readonly host: LogHost
  readonly topic: string
  readonly partition: number
  /** The partition's directory. */
  path: string
  settings: LogSettings
  /** Of `settings`. */
  rules: AppendRules
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
  /** Whether the files of the active segment may differ from what closing the log would leave. */
  isChanged: boolean
}

/** The state of a log before it is loaded: what the directory's checkpoint files say. */
export function newLogState(
  host: LogHost,
  identity: { readonly topic: string; readonly partition: number },
  options: {
    readonly path: string
    readonly settings: LogSettings
    readonly from: {
      readonly logStartOffset: number
      readonly recoveryPoint: number
      readonly highWatermark: number
    }
  },
): LogState {
  const { logStartOffset, recoveryPoint, highWatermark } = options.from
  return {
    host,
    topic: identity.topic,
    partition: identity.partition,
    path: options.path,
    settings: options.settings,
    rules: appendRules(options.settings),
    segments: new SegmentList(),
    tail: new LogTail(),
    producers: new ProducerStates(),
    verifications: new Verifications(),
    epochs: new LeaderEpochs(),
    epochsOnDisk: 0,
    snapshots: new Set(),
    nextOffset: recoveryPoint,
    logEndOffset: recoveryPoint,
    highWatermark,
    logStartOffset,
    recoveryPoint,
    recoveryPointOnDisk: recoveryPoint,
    isChanged: true,
  }
}

/** The offset up to which all transactions are decided and committed. */
export function lastStableOffset(log: LogState): number {
  const { highWatermark, producers, logStartOffset } = log
  const unstable = producers.firstUnstableOffset
  if (unstable === undefined || unstable >= highWatermark) return highWatermark
  return Math.max(unstable, logStartOffset)
}
