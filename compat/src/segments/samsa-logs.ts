// Log directories of ours on the real disk, as a broker would open them, with the clock at a time of the test's choice.

import { LogDirectories, type LogSettings, type PartitionLog, type ReadIsolation } from '@samsa/log'
import { readRecords, BatchWalk } from '@samsa/protocol'
import {
  brokerSettings,
  defaultSettings,
  resolveTopicSettings,
  type TopicSettings,
} from '@samsa/settings'
import type { Logger, World } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import type { ExpectedRecord } from './segment-cases.ts'

const broker = {
  ...defaultSettings(brokerSettings),
  // The producers of the cases wrote long ago.
  'producer.id.expiration.ms': 2 ** 31 - 1,
}

/** How to open log directories. */
export interface OpenOptions {
  readonly path: string
  readonly clusterId?: string
  readonly nowMs?: () => number
  readonly topicSettings?: (topic: string) => Readonly<Record<string, string>>
  readonly logger?: Logger
}

/** Settings of a topic by their texts. */
function topicSettingsOf(overrides: Readonly<Record<string, string>>): TopicSettings {
  return resolveTopicSettings(broker, overrides)
}

/** Opens one log directory as broker 1 does. */
export async function openLogs(options: OpenOptions): Promise<LogDirectories> {
  const { path, clusterId, nowMs, topicSettings } = options
  const real = nodeWorld({ workers: 1, ...(options.logger ? { logger: options.logger } : {}) })
  const clock = nowMs === undefined ? real.clock : { ...real.clock, now: nowMs }
  const world: World = { ...real, clock }
  return await LogDirectories.open(
    world,
    { ...broker, 'producer.id.expiration.ms': Number.MAX_SAFE_INTEGER },
    {
      directories: [path],
      brokerId: 1,
      ...(clusterId === undefined ? {} : { clusterId }),
      topicSettings: (topic): LogSettings => topicSettingsOf(topicSettings?.(topic) ?? {}),
    },
  )
}

/** A batch read from a log, as plain as the cases have it. */
export interface ReadBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly sizeInBytes: number
  readonly partitionLeaderEpoch: number
  readonly transactional: boolean
  readonly control: boolean
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
  readonly records: readonly ExpectedRecord[]
}

/** The batches in the bytes of a fetch. */
export function batchesOf(bytes: Buffer): ReadBatch[] {
  const batches: ReadBatch[] = []
  const walk = new BatchWalk(bytes)
  while (walk.next()) {
    const { batch } = walk
    if (!batch.verifyChecksum()) throw new Error(`wrong checksum at offset ${batch.baseOffset}`)
    const { records, fault } = readRecords(batch)
    if (fault !== undefined) throw new Error(fault.message)
    batches.push({
      baseOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      sizeInBytes: batch.sizeInBytes,
      partitionLeaderEpoch: batch.partitionLeaderEpoch,
      transactional: batch.isTransactional,
      control: batch.isControl,
      maxTimestamp: batch.maxTimestamp,
      producerId: batch.producerId,
      producerEpoch: batch.producerEpoch,
      baseSequence: batch.baseSequence,
      lastSequence: batch.lastSequence,
      records: records.map(({ offset, timestamp, key, value, headers }) => ({
        offset,
        timestamp,
        key: key?.toString('hex') ?? null,
        value: value?.toString('hex') ?? null,
        headers: headers.map((each) => [each.key, each.value?.toString('hex') ?? null] as const),
      })),
    })
  }
  return batches
}

/** What a reader of a log was given. */
export interface WholeRead {
  readonly batches: readonly ReadBatch[]
  /** Producer and first offset of each aborted transaction, as fetches name them. */
  readonly aborted: readonly { readonly producerId: number; readonly firstOffset: number }[]
}

/** Reads from `offset` to the end, in pieces of at most `maxBytes`. */
export async function readAll(
  log: PartitionLog,
  offset: number,
  options: { readonly upTo: ReadIsolation; readonly maxBytes: number },
): Promise<WholeRead> {
  const batches: ReadBatch[] = []
  const aborted = new Map<string, { producerId: number; firstOffset: number }>()
  for (let next = offset; ; ) {
    const result = await log.read(next, { ...options, minOneBatch: true })
    batches.push(...batchesOf(Buffer.concat(result.chunks)))
    for (const { producerId, firstOffset } of result.abortedTransactions ?? []) {
      aborted.set(`${producerId} ${firstOffset}`, { producerId, firstOffset })
    }
    result.release()
    if (result.sizeInBytes === 0) return { batches, aborted: [...aborted.values()] }
    next = result.nextOffset
  }
}

/** The offsets that a consumer delivers: no control records, nothing of aborted transactions, nothing before `from`. */
export function deliveredOffsets(read: WholeRead, from: number): number[] {
  const pending = read.aborted.toSorted((one, other) => one.firstOffset - other.firstOffset)
  const aborting = new Set<number>()
  const offsets: number[] = []
  for (const batch of read.batches) {
    while (pending[0] !== undefined && pending[0].firstOffset <= batch.lastOffset) {
      aborting.add(pending[0].producerId)
      pending.shift()
    }
    if (batch.control) {
      // Types in a marker's key: 0 abort, 1 commit.
      if (batch.records[0]?.key === '00000000') aborting.delete(batch.producerId)
      continue
    }
    if (batch.transactional && aborting.has(batch.producerId)) continue
    for (const { offset } of batch.records) if (offset >= from) offsets.push(offset)
  }
  return offsets
}
