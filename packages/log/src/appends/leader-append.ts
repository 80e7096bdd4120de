// A leader's append up to where only the write is left: judged by the rules of the topic and by what its producer did
// before, then put in its place. Either all of it happens or, with an error or for a repetition, nothing.

import { KafkaError } from '@samsa/protocol'
import type { LogState } from '../log-state.ts'
import type { VerificationGuard } from '../producers/verification.ts'
import type { AppendInfo } from './append-info.ts'
import { checkProducers, type NotedAppend, noteLeaderAppend } from './append-records.ts'
import { type AppendOrigin, validateAppend } from './validate-append.ts'

/** Who appends, and as what. */
export interface LeaderAppendOptions {
  readonly leaderEpoch: number
  /** Default: a client. */
  readonly origin?: AppendOrigin
  readonly verificationGuard?: VerificationGuard | undefined
  /** Of the markers, from WriteTxnMarkers. Default 0. */
  readonly transactionVersion?: number
}

/** What became of it. */
interface TakenAppend {
  readonly info: AppendInfo
  /** What is to be written; `undefined` when the batch was in the log already. */
  readonly noted: NotedAppend | undefined
}

/** Takes records in, or throws the `KafkaError` that refuses them. */
export function takeAppend(
  log: LogState,
  records: Buffer,
  options: LeaderAppendOptions,
): TakenAppend {
  const { leaderEpoch, origin = 'client', verificationGuard, transactionVersion = 0 } = options
  const nowMs = log.host.world.clock.now()
  const { isAppendTime, segmentBytes } = log.rules
  const valid = validateAppend(records, log.rules, origin, nowMs)
  if (valid.records.length > segmentBytes) {
    throw new KafkaError('RECORD_LIST_TOO_LARGE', 'The batch is larger than a segment may be.')
  }
  const append = { leaderEpoch, origin, verificationGuard, transactionVersion }
  const duplicate = checkProducers(log, valid.records, append)
  if (duplicate !== undefined) {
    const info = {
      baseOffset: duplicate.lastOffset - duplicate.offsetDelta,
      lastOffset: duplicate.lastOffset,
      logAppendTimeMs: isAppendTime ? duplicate.timestamp : -1,
      logStartOffset: log.logStartOffset,
      isDuplicate: true,
    }
    return { info, noted: undefined }
  }
  const maxTimestamp = isAppendTime ? nowMs : valid.maxTimestamp
  const noted = noteLeaderAppend(log, valid.records, nowMs, { leaderEpoch, maxTimestamp })
  const info = {
    baseOffset: noted.baseOffset,
    lastOffset: noted.endOffset - 1,
    logAppendTimeMs: isAppendTime ? nowMs : -1,
    logStartOffset: log.logStartOffset,
    isDuplicate: false,
  }
  return { info, noted }
}
