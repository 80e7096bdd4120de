// Compaction in a worker: how fast, and what somebody who appends to another log meanwhile notices of it.

import type { LogDirectories, PartitionLog } from '@samsa/log'
import type { Row } from '../row.ts'
import { batchOf, BenchDirectory, openLogs, topicId } from './fixture.ts'

const DIRTY_BYTES = 256 << 20
const KEYS = 20_000

/** Rows for throughput and for the appender's latency. */
export async function benchCompaction(): Promise<Row[]> {
  using directory = new BenchDirectory()
  const directories = await openLogs(directory.path, {
    topic: { 'cleanup.policy': ['compact'], 'segment.bytes': 64 << 20 },
  })
  const compacted = await fill(directories)
  const appended = await directories.create('appended', 0, { topicId })
  await latencies(appended, () => true, 500)
  const alone = await latencies(appended, () => true, 2000)
  let isRunning = true
  const started = performance.now()
  const running = directories.compact().then(() => {
    isRunning = false
    return performance.now() - started
  })
  const beside = await latencies(appended, () => isRunning, Number.POSITIVE_INFINITY)
  const seconds = (await running) / 1000
  const megabytesPerSecond = DIRTY_BYTES / seconds / 1e6
  const size = compacted.sizeInBytes
  if (size > DIRTY_BYTES / 2) throw new Error(`nothing was compacted: ${size} bytes`)
  await directories.close()
  const ratio = quantile(alone) / quantile(beside)
  return [
    {
      name: 'compaction on one worker',
      ours: megabytesPerSecond,
      unit: 'MB/s',
      goal: 'at least 60 MB/s',
      met: megabytesPerSecond >= 60,
    },
    {
      name: 'p99 of an append while a log is compacted, beside without',
      ours: quantile(beside),
      reference: quantile(alone),
      ratio,
      unit: 'ms',
      goal: 'at most twice',
      met: ratio >= 0.5,
    },
  ]
}

async function fill(directories: LogDirectories): Promise<PartitionLog> {
  const log = await directories.create('compacted', 0, { topicId })
  let n = 0
  for (let bytes = 0; bytes < DIRTY_BYTES + (64 << 20); ) {
    const batch = batchOf(16_384, () => `key-${(n++ * 7919) % KEYS}`)
    await log.appendAsLeader(batch, { leaderEpoch: 0 })
    bytes += batch.length
  }
  log.setHighWatermark(log.logEndOffset)
  await log.flush()
  return log
}

/** Latencies in milliseconds of small appends, one every millisecond or so. */
async function latencies(
  log: PartitionLog,
  goesOn: () => boolean,
  most: number,
): Promise<number[]> {
  const batch = batchOf(1200, () => 'k')
  const found: number[] = []
  while (goesOn() && found.length < most) {
    const started = performance.now()
    await log.appendAsLeader(batch, { leaderEpoch: 0 })
    found.push(performance.now() - started)
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
  }
  return found
}

function quantile(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0
}
