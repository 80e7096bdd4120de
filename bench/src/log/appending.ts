// Appending batches of 16 KB with many in flight, beside a loop that hands the same bytes to the same disk in writes of
// the same size, one behind the other as the log's are. Rounds are short and alternate, so that what the machine does
// meanwhile (writing back, other guests) hits both; the best round of each counts. Memory is taken before the clock
// starts, for both: a broker touches its own for the first time once, and the system then takes longer than the append.

import { join } from 'node:path'
import type { PartitionLog } from '@samsa/log'
import { nodeDisk } from '@samsa/world/node'
import type { Row } from '../row.ts'
import { batchOf, BenchDirectory, openLogs, topicId } from './fixture.ts'

const BATCH_BYTES = 16_384
const IN_FLIGHT = 256
/** How many batches the log writes with one call, which the raw loop then does too. */
const WRITTEN_TOGETHER = 64
/** Half of what is in flight: what the log has written by the time a sync ends. */
const SYNCED_TOGETHER = 128
const TOTAL_BYTES = 256 << 20
const SYNCED_BYTES = 48 << 20
/** What the log keeps in memory, which is the same for both rows: its memory is used for the second time from then on. */
const KEPT_BYTES = 64 << 20
const ROUNDS = 7

/** Rows for appends to the page cache and for synced ones. */
export async function benchAppends(): Promise<Row[]> {
  const plain = await compare(2 ** 63, TOTAL_BYTES)
  const synced = await compare(1, SYNCED_BYTES)
  return [
    {
      name: 'append of 16 KB batches beside writev',
      ...plain,
      unit: 'MB/s',
      goal: 'at least 0.7 of the raw loop',
      met: plain.ratio >= 0.7,
    },
    {
      name: 'append with flush.messages=1 beside writev and fdatasync',
      ...synced,
      unit: 'MB/s',
      goal: 'at least 0.8 of the raw loop',
      met: synced.ratio >= 0.8,
    },
  ]
}

async function compare(
  flushMessages: number,
  totalBytes: number,
): Promise<{ ours: number; reference: number; ratio: number }> {
  const ours: number[] = []
  const raw: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    raw.push(await rawWrites(flushMessages === 1, totalBytes))
    ours.push(await appends(flushMessages, totalBytes))
  }
  const best = Math.max(...ours)
  const reference = Math.max(...raw)
  return { ours: best, reference, ratio: best / reference }
}

async function appends(flushMessages: number, totalBytes: number): Promise<number> {
  using directory = new BenchDirectory()
  const directories = await openLogs(directory.path, {
    topic: { 'flush.messages': flushMessages },
    broker: { 'tail.cache.bytes': KEPT_BYTES },
  })
  const log = await directories.create('orders', 0, { topicId })
  const batch = batchOf(BATCH_BYTES)
  const count = Math.floor(totalBytes / batch.length)
  await inFlight(log, batch, Math.ceil(KEPT_BYTES / batch.length))
  const started = performance.now()
  await inFlight(log, batch, count)
  const seconds = (performance.now() - started) / 1000
  await directories.close()
  return (count * batch.length) / seconds / 1e6
}

async function inFlight(log: PartitionLog, batch: Buffer, count: number): Promise<void> {
  let sent = 0
  const worker = async (): Promise<void> => {
    while (sent < count) {
      sent += 1
      await log.appendAsLeader(batch, { leaderEpoch: 0 })
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}

/** The same bytes, in writes of as many batches. */
async function rawWrites(isSynced: boolean, totalBytes: number): Promise<number> {
  using directory = new BenchDirectory()
  const file = await nodeDisk.open(join(directory.path, 'raw'), 'truncate')
  const batch = batchOf(BATCH_BYTES)
  const count = isSynced ? SYNCED_TOGETHER : WRITTEN_TOGETHER
  const group = Array.from({ length: count }, () => Buffer.from(batch))
  const groupBytes = batch.length * count
  const started = performance.now()
  let position = 0
  for (; position < totalBytes; position += groupBytes) {
    await file.writev(group, position)
    if (isSynced) await file.sync()
  }
  const seconds = (performance.now() - started) / 1000
  await file.close()
  return position / seconds / 1e6
}
