// Reading a log from its beginning, beside positional reads of the same size into one buffer.

import { join } from 'node:path'
import { nodeDisk } from '@samsa/world/node'
import type { Row } from '../row.ts'
import { batchOf, BenchDirectory, openLogs, topicId } from './fixture.ts'

const TOTAL_BYTES = 1 << 30
const ROUNDS = 3

/** The row for sequential reads. */
export async function benchReads(): Promise<Row[]> {
  using directory = new BenchDirectory()
  const writing = await openLogs(directory.path)
  const created = await writing.create('orders', 0, { topicId })
  const batch = batchOf(16_384)
  for (let bytes = 0; bytes < TOTAL_BYTES - batch.length; bytes += batch.length * 32) {
    await Promise.all(
      Array.from({ length: 32 }, () => created.appendAsLeader(batch, { leaderEpoch: 0 })),
    )
  }
  await writing.close()
  const ours: number[] = []
  const raw: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    raw.push(await rawReads(join(directory.path, 'orders-0', '00000000000000000000.log')))
    ours.push(await reads(directory.path))
  }
  const best = Math.max(...ours)
  const reference = Math.max(...raw)
  const ratio = best / reference
  return [
    {
      name: 'sequential read beside pread of 1 MB',
      ours: best,
      reference,
      ratio,
      unit: 'MB/s',
      goal: 'at least 0.8 of the raw loop',
      met: ratio >= 0.8,
    },
  ]
}

async function reads(path: string): Promise<number> {
  const directories = await openLogs(path)
  const log = directories.log('orders', 0)
  if (log === undefined) throw new Error('the log is there')
  await log.load()
  let bytes = 0
  const started = performance.now()
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const limits = { maxBytes: 1 << 20, minOneBatch: true, upTo: 'log-end' } as const
    const result = await log.read(offset, limits)
    bytes += result.sizeInBytes
    offset = result.nextOffset
    result.release()
  }
  const seconds = (performance.now() - started) / 1000
  await directories.close()
  return bytes / seconds / 1e6
}

async function rawReads(path: string): Promise<number> {
  const file = await nodeDisk.open(path, 'read')
  const buffer = Buffer.allocUnsafeSlow(1 << 20)
  let position = 0
  const started = performance.now()
  for (;;) {
    const read = await file.read(buffer, position)
    position += read
    if (read < buffer.length) break
  }
  const seconds = (performance.now() - started) / 1000
  await file.close()
  return position / seconds / 1e6
}
