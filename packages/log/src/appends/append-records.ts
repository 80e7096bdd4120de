// The synchronous half of an append: records are checked against the producers' state, copied into the arena, given
// their place, and noted everywhere. When it returns, the order of appends is fixed and only the write is left to do.
//
// Nothing is changed before the last check has passed.

import { BatchWalk, KafkaError, type RecordBatch } from '@samsa/protocol'
import { assert } from '@samsa/world'
import type { LogState } from '../log-state.ts'
import {
  checkEpoch,
  checkMarker,
  checkSequence,
  checkTransaction,
} from '../producers/producer-checks.ts'
import { findDuplicate, type ProducerBatch } from '../producers/producer-entry.ts'
import { formatProducerSnapshot } from '../producers/producer-snapshot.ts'
import { readTransactionMarker } from '../producers/transaction-marker.ts'
import type { VerificationGuard } from '../producers/verification.ts'
import type { Segment, SegmentIndexes } from '../segments/segment.ts'
import type { AppendRules } from './append-rules.ts'
import type { AppendOrigin } from './validate-append.ts'
import type { PlacedAppend } from './append-writer.ts'
import { addSegment, mustRoll } from './roll.ts'

/** What was appended, still to be written. */
export interface NotedAppend extends PlacedAppend {
  readonly baseOffset: number
  /** The segment that was full, if this append began a new one. */
  readonly sealed: SealedSegment | undefined
}

/** A segment that will not grow any more, and the producer state at its end. */
export interface SealedSegment {
  readonly segment: Segment
  readonly snapshot: Buffer
}

/** How a leader's append is judged. */
export interface LeaderAppend {
  readonly leaderEpoch: number
  readonly origin: AppendOrigin
  readonly verificationGuard?: VerificationGuard | undefined
  /** Of the markers, from WriteTxnMarkers: 2 and above demand a raised epoch. */
  readonly transactionVersion: number
}

const checked = new BatchWalk(Buffer.alloc(0))
const copied = new BatchWalk(Buffer.alloc(0))

/** Checks the producers' side of a leader's append; returns the batch that it repeats, if it is a repetition. */
export function checkProducers(
  log: LogState,
  records: Buffer,
  append: LeaderAppend,
): ProducerBatch | undefined {
  const walk = checked.restart(records)
  while (walk.next()) {
    const { batch } = walk
    if (!batch.hasProducerId) continue
    if (batch.isControl) {
      checkControl(log, batch, append)
      continue
    }
    const duplicate = checkData(log, batch, append)
    if (duplicate !== undefined) return duplicate
  }
  return undefined
}

function checkControl(log: LogState, batch: RecordBatch, append: LeaderAppend): void {
  const marker = readTransactionMarker(batch)
  if (marker === undefined) return
  const { producerId, producerEpoch } = batch
  const { coordinatorEpoch } = marker
  const entry = log.producers.entry(producerId)
  checkMarker({ producerId, producerEpoch, coordinatorEpoch }, entry, append.transactionVersion)
}

function checkData(
  log: LogState,
  batch: RecordBatch,
  append: LeaderAppend,
): ProducerBatch | undefined {
  const { producerId, producerEpoch } = batch
  const entry = log.producers.entry(producerId)
  if (append.origin === 'client' && entry !== undefined) {
    const { baseSequence, lastSequence } = batch
    const duplicate = findDuplicate(entry, producerEpoch, baseSequence, lastSequence)
    if (duplicate !== undefined) return duplicate
  }
  checkEpoch(batch, entry)
  const verification = log.verifications.get(producerId)
  const isNew = batch.isTransactional && !log.producers.hasOngoing(producerId, producerEpoch)
  if (
    isNew &&
    log.host.settings['transaction.partition.verification.enable'] &&
    (verification === undefined || verification.guard !== append.verificationGuard)
  ) {
    throw new KafkaError(
      'INVALID_TXN_STATE',
      `The transaction of producer ${producerId} is not known to include this partition.`,
    )
  }
  if (append.origin === 'client') checkSequence(batch, entry, verification)
  checkTransaction(batch, entry)
  return undefined
}

/** What the leader writes into the header of a batch. */
export interface AssignedHeader {
  readonly leaderEpoch: number
  /** Under LogAppendTime the time of the append. -1 leaves timestamp and its type as they are. */
  readonly maxTimestamp: number
}

/** Appends batches that passed all checks, at the next offsets. */
export function noteLeaderAppend(
  log: LogState,
  records: Buffer,
  nowMs: number,
  header: AssignedHeader,
): NotedAppend {
  return note(log, records, nowMs, header)
}

/** Appends a leader's batches as they are. The caller has checked that their offsets follow the log's. */
export function noteFollowerAppend(log: LogState, records: Buffer, nowMs: number): NotedAppend {
  return note(log, records, nowMs, undefined)
}

function note(
  log: LogState,
  records: Buffer,
  nowMs: number,
  header: AssignedHeader | undefined,
): NotedAppend {
  const span = log.host.arena.copy(records)
  const { bytes } = span.chunk
  let nextOffset = log.nextOffset
  let baseOffset = -1
  let maxTimestamp = -1
  let count = 0
  const walk = copied.restart(bytes, span.start, span.end)
  const { batch } = walk
  while (walk.next()) {
    count += 1
    if (header !== undefined) assign(batch, nextOffset, header, log.rules)
    if (baseOffset < 0) baseOffset = batch.baseOffset
    if (batch.maxTimestamp > maxTimestamp) maxTimestamp = batch.maxTimestamp
    nextOffset = batch.nextOffset
  }
  assert(walk.position === span.end, 'what is appended are whole batches')

  let segment = log.segments.active
  let sealed: SealedSegment | undefined
  const extent = { sizeInBytes: records.length, lastOffset: nextOffset - 1, maxTimestamp }
  if (mustRoll(log, extent, nowMs)) {
    // An empty segment that cannot hold the offsets gives way to one that can.
    if (segment.sizeInBytes === 0) log.segments.remove(segment)
    sealed = { segment, snapshot: formatProducerSnapshot(log.producers.entries()) }
    segment = addSegment(log, baseOffset)
  }
  const { indexes } = segment
  assert(indexes !== undefined, 'the active segment has its indexes in memory')
  const position = segment.sizeInBytes
  // The view still shows the batch if there is but one, as nearly always.
  if (count === 1) noteBatch(log, batch, segment, indexes)
  else {
    walk.restart(bytes, span.start, span.end)
    while (walk.next()) noteBatch(log, batch, segment, indexes)
  }
  segment.modifiedMs = nowMs
  log.tail.append(span, baseOffset, nextOffset)
  log.nextOffset = nextOffset
  log.isChanged = true
  return { segment, span, position, baseOffset, endOffset: nextOffset, sealed }
}

function assign(
  batch: RecordBatch,
  baseOffset: number,
  { leaderEpoch, maxTimestamp }: AssignedHeader,
  rules: AppendRules,
): void {
  batch.assign(baseOffset, leaderEpoch)
  if (maxTimestamp < 0) return
  batch.setTimestamps(rules.isAppendTime ? 'LogAppendTime' : 'CreateTime', maxTimestamp)
}

/** Takes a batch into account that lies at the end of `segment`. */
function noteBatch(
  log: LogState,
  batch: RecordBatch,
  segment: Segment,
  indexes: SegmentIndexes,
): void {
  log.epochs.assign(batch.partitionLeaderEpoch, batch.baseOffset)
  segment.note(batch, log.rules.indexIntervalBytes, indexes)
  const aborted = log.producers.add(batch)
  if (aborted !== undefined) indexes.aborted.push(aborted)
  if (!batch.isTransactional) return
  if (batch.isControl) log.verifications.marked(batch.producerId, batch.producerEpoch)
  else log.verifications.end(batch.producerId)
}
