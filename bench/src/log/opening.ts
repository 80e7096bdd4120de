// Opening ten thousand clean partitions: how long it takes, and what each costs in heap before it is used.

import type { Row } from '../row.ts'
import { batchOf, BenchDirectory, openLogs, topicId } from './fixture.ts'

const PARTITIONS = 10_000

/** Rows for time and memory. */
export async function benchOpening(): Promise<Row[]> {
  using directory = new BenchDirectory()
  const writing = await openLogs(directory.path)
  const batch = batchOf(2000)
  for (let from = 0; from < PARTITIONS; from += 100) {
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const log = await writing.create('many', from + i, { topicId })
        await log.appendAsLeader(batch, { leaderEpoch: 0 })
      }),
    )
  }
  await writing.close()
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const started = performance.now()
  const directories = await openLogs(directory.path)
  const seconds = (performance.now() - started) / 1000
  globalThis.gc?.()
  const bytesEach = (process.memoryUsage().heapUsed - before) / PARTITIONS
  const count = [...directories.logs()].length
  if (count !== PARTITIONS) throw new Error(`${count} logs instead of ${PARTITIONS}`)
  await directories.close()
  return [
    {
      name: 'opening 10,000 clean partitions',
      ours: seconds,
      unit: 's',
      goal: 'at most 1.5 s',
      met: seconds <= 1.5,
    },
    {
      name: 'heap of a partition that is not used yet',
      ours: bytesEach,
      unit: 'bytes',
      goal: 'at most 4,096 bytes',
      met: bytesEach <= 4096,
    },
  ]
}
