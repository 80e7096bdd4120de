// @platformatic/kafka under a job. Its fastest way is sends of many messages side by side.

import { Consumer, Producer } from '@platformatic/kafka'
import { awaited, inParallel, readJob, Stopwatch } from '../job.ts'

const job = readJob()
const { topic } = job
const bootstrapBrokers = [job.bootstrap]

async function produce(): Promise<void> {
  const { seconds, kind } = job
  const producer = new Producer({ clientId: 'bench', bootstrapBrokers })
  const message = { topic, value: Buffer.alloc(job.bytes, 'x') }
  const send = (count: number): (() => Promise<unknown>) => {
    const messages = Array.from({ length: count }, () => message)
    return () => producer.send({ acks: -1, messages })
  }
  if (kind === 'single') await awaited(seconds, 1, send(1))
  if (kind === 'batch') await awaited(seconds, 100, send(100))
  if (kind === 'unbounded') await inParallel(seconds, 1000, 8, send(1000))
  await producer.close()
}

async function consume(): Promise<void> {
  const { fetchBytes, records } = job
  const groupId = `platformatic-${process.pid}`
  const consumer = new Consumer({ clientId: 'bench', groupId, bootstrapBrokers })
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'earliest',
    autocommit: false,
    highWaterMark: 4096,
    ...(fetchBytes === 0 ? {} : { maxBytes: fetchBytes }),
  })
  let watch: Stopwatch | undefined
  let count = 0
  let before = 0
  const done = Promise.withResolvers<void>()
  stream.on('data', () => {
    count += 1
    if (watch === undefined && count >= records / 10) {
      watch = new Stopwatch()
      before = count
    }
    if (count === records) done.resolve()
  })
  await done.promise
  watch?.tell(count - before)
  process.exit(0)
}

await (job.kind === 'consume' ? consume() : produce())
