// Holding a log against its model. Every function throws an error whose sentence says what does not agree.

import type { PartitionLog } from '@samsa/log'
import { dumpEntries } from '@samsa/log/dump'
import { BatchWalk, type RecordBatch, readRecords } from '@samsa/protocol'
import type { World } from '@samsa/world'
import type { ModelBatch, ModelLog } from './model.ts'

/** A batch as it was read back. */
export interface ReadBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly leaderEpoch: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly lastSequence: number
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly records: readonly {
    readonly offset: number
    readonly key: string
    readonly value: string | null
  }[]
}

/** Reads the whole log from `from`, in steps of random size. */
export async function readAll(
  log: PartitionLog,
  maxBytes: () => number,
  from: number = log.logStartOffset,
): Promise<ReadBatch[]> {
  const found: ReadBatch[] = []
  let offset = from
  while (offset < log.logEndOffset) {
    const limits = { maxBytes: maxBytes(), minOneBatch: true, upTo: 'log-end' } as const
    const result = await log.read(offset, limits)
    const walk = new BatchWalk(Buffer.concat(result.chunks))
    while (walk.next()) found.push(describe(walk.batch))
    demand(walk.fault === undefined && !walk.isCut, `a read at ${offset} ends within a batch`)
    result.release()
    if (result.chunks.length === 0) break
    demand(result.nextOffset > offset, `a read at ${offset} does not get on`)
    offset = result.nextOffset
  }
  return found
}

function describe(batch: RecordBatch): ReadBatch {
  demand(batch.verifyChecksum(), `the batch at ${batch.baseOffset} has a wrong checksum`)
  const { records, fault } = readRecords(batch)
  demand(fault === undefined, `the batch at ${batch.baseOffset}: ${fault?.message}`)
  return {
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    leaderEpoch: batch.partitionLeaderEpoch,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    lastSequence: batch.lastSequence,
    isTransactional: batch.isTransactional,
    isControl: batch.isControl,
    records: batch.isControl
      ? []
      : records.map(({ offset, key, value }) => ({
          offset,
          key: String(key),
          value: value === null ? null : String(value),
        })),
  }
}

/** Nothing invented, nothing out of order, and nothing missing of what is required. */
export function checkBatches(
  found: readonly ReadBatch[],
  model: ModelLog,
  expected: { readonly required: readonly ModelBatch[]; readonly isCompacted: boolean },
): void {
  const known = new Map(model.batches.map((batch) => [batch.baseOffset, batch]))
  let previous = -1
  for (const batch of found) {
    const at = `the batch at ${batch.baseOffset}`
    demand(batch.baseOffset > previous, `${at} comes after ${previous}`)
    if (!expected.isCompacted && previous >= 0) {
      demand(batch.baseOffset === previous + 1, `${at} does not follow ${previous}`)
    }
    previous = batch.lastOffset
    const origin = known.get(batch.baseOffset)
    demand(origin !== undefined, `${at} was never appended, or was cut off`)
    demand(origin.lastOffset === batch.lastOffset, `${at} ends at ${batch.lastOffset}`)
    demand(origin.leaderEpoch === batch.leaderEpoch, `${at} has epoch ${batch.leaderEpoch}`)
    demand(origin.producerId === batch.producerId, `${at} has producer ${batch.producerId}`)
    const records = new Map(origin.records.map((record) => [record.offset, record]))
    for (const record of batch.records) {
      const same = records.get(record.offset)
      const isSame = same?.key === record.key && same.value === record.value
      demand(isSame, `offset ${record.offset} holds ${record.key}=${record.value}`)
    }
    const isWhole = batch.records.length === origin.records.length
    demand(expected.isCompacted || isWhole, `${at} lacks records`)
  }
  if (expected.isCompacted) return
  const present = new Set(found.map((batch) => batch.baseOffset))
  for (const batch of expected.required) {
    demand(
      present.has(batch.baseOffset),
      `offsets ${batch.baseOffset} to ${batch.lastOffset} are lost`,
    )
  }
}

/** Of a compacted log the newest value of every key must be there; tombstones may be gone. */
export function checkNewest(found: readonly ReadBatch[], model: ModelLog, endOffset: number): void {
  const present = new Set(found.flatMap((batch) => batch.records.map((record) => record.offset)))
  for (const [key, record] of model.newestByKey(endOffset)) {
    if (record.value === null || record.offset < model.startOffset) continue
    demand(present.has(record.offset), `the newest value of ${key} at ${record.offset} is lost`)
  }
}

/** The producers that the log remembers must be what its batches make of them. */
export function checkProducers(
  log: PartitionLog,
  found: readonly ReadBatch[],
  model: ModelLog,
): void {
  const markers = new Map(model.batches.map((batch) => [batch.baseOffset, batch.marker]))
  const expected = new Map<number, { epoch: number; lastSequence: number; open: number }>()
  for (const batch of found) {
    if (batch.producerId < 0) continue
    const entry = expected.get(batch.producerId) ?? { epoch: -1, lastSequence: -1, open: -1 }
    expected.set(batch.producerId, entry)
    if (entry.epoch !== batch.producerEpoch) entry.lastSequence = -1
    entry.epoch = batch.producerEpoch
    if (markers.get(batch.baseOffset) !== undefined) entry.open = -1
    else {
      entry.lastSequence = batch.lastSequence
      if (batch.isTransactional && entry.open < 0) entry.open = batch.baseOffset
    }
  }
  const described = new Map(log.producers().map((each) => [each.producerId, each]))
  const first = found[0]?.baseOffset ?? 0
  for (const [producerId, entry] of expected) {
    const actual = described.get(producerId)
    demand(actual !== undefined, `producer ${producerId} is forgotten`)
    const open = actual.currentTransactionStartOffset
    const says =
      `producer ${producerId} has epoch ${actual.producerEpoch}, sequence ` +
      `${actual.lastSequence}, transaction ${open} instead of ${JSON.stringify(entry)}`
    const isOpenRight = open === entry.open || (open >= 0 && open < first)
    demand(actual.producerEpoch === entry.epoch, says)
    demand(actual.lastSequence === entry.lastSequence && isOpenRight, says)
  }
  for (const actual of described.values()) {
    const ever = model.batches.some((batch) => batch.producerId === actual.producerId)
    demand(ever, `producer ${actual.producerId} is remembered and never wrote what is here`)
  }
}

/** The files of a closed log must agree with each other. */
export async function checkFiles(world: World, directory: string): Promise<void> {
  for (const name of await world.disk.list(directory)) {
    demand(!/\.(cleaned|swap|tmp)$/.test(name), `${name} was left behind`)
    if (name === 'partition.metadata' || name.endsWith('.deleted')) continue
    for await (const entry of dumpEntries(world.disk, `${directory}/${name}`)) {
      demand(entry.kind !== 'damage', `${name}: ${JSON.stringify(entry)}`)
    }
  }
}

function demand(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence)
}
