// Our client under a job.

import { bytes, connect, nullable, topic } from '@samsa/client'
import { awaited, inParallel, readJob, Stopwatch } from '../job.ts'

const job = readJob()
const kafka = connect({ brokers: job.bootstrap })
const log = topic(job.topic, { key: nullable(bytes), value: bytes })
const value = Buffer.alloc(job.bytes, 'x')
const record = { key: null, value }

async function produce(): Promise<void> {
  const { seconds, kind } = job
  const producer = kafka.producer({ lingerMs: 0, batchSize: 131_072 })
  if (kind === 'single') await awaited(seconds, 1, () => producer.send(log, record))
  if (kind === 'batch') {
    const records = Array.from({ length: 100 }, () => record)
    await awaited(seconds, 100, () => producer.sendAll(log, records))
  }
  if (kind === 'unbounded') {
    const records = Array.from({ length: 1000 }, () => record)
    await inParallel(seconds, 1000, 32, () => producer.sendAll(log, records))
  }
}

async function consume(): Promise<void> {
  const { fetchBytes } = job
  const consumer = kafka.consumer<typeof log>(
    fetchBytes === 0 ? {} : { maxPartitionFetchBytes: fetchBytes },
  )
  await consumer.assignAll([log], 'earliest')
  let watch: Stopwatch | undefined
  let count = 0
  let before = 0
  for await (const { records } of consumer.batches()) {
    count += records.length
    if (watch === undefined && count >= job.records / 10) {
      watch = new Stopwatch()
      before = count
    }
    if (count >= job.records) break
  }
  watch?.tell(count - before)
}

await (job.kind === 'consume' ? consume() : produce())
await kafka.close()
