// kafkajs under a job. Its fastest way is sends of many messages side by side.

import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { awaited, inParallel, readJob, Stopwatch } from '../job.ts'

const job = readJob()
const kafka = new Kafka({ brokers: [job.bootstrap], logLevel: logLevel.NOTHING })
const message = { key: null, value: Buffer.alloc(job.bytes, 'x') }

async function produce(): Promise<void> {
  const { topic, seconds, kind } = job
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const send = (count: number): (() => Promise<unknown>) => {
    const messages = Array.from({ length: count }, () => message)
    return () => producer.send({ topic, acks: -1, messages })
  }
  if (kind === 'single') await awaited(seconds, 1, send(1))
  if (kind === 'batch') await awaited(seconds, 100, send(100))
  if (kind === 'unbounded') await inParallel(seconds, 1000, 8, send(1000))
  await producer.disconnect()
}

async function consume(): Promise<void> {
  const { topic, fetchBytes, records } = job
  const consumer = kafka.consumer({
    groupId: `kafkajs-${process.pid}`,
    ...(fetchBytes === 0 ? {} : { maxBytesPerPartition: fetchBytes }),
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let watch: Stopwatch | undefined
  let count = 0
  let before = 0
  const done = Promise.withResolvers<void>()
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    eachBatch: ({ batch }) => {
      count += batch.messages.length
      if (watch === undefined && count >= records / 10) {
        watch = new Stopwatch()
        before = count
      }
      if (count >= records) done.resolve()
      return Promise.resolve()
    },
  })
  await done.promise
  watch?.tell(count - before)
  process.exit(0)
}

await (job.kind === 'consume' ? consume() : produce())
