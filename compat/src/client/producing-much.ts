// A producer of ours under weight: batches that workers compress, records beyond its memory, streams, calls that are given up.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { connect, int32, type KafkaClient, nullable, string, topic } from '@samsa/client'
import { errorOf, type Story } from './story.ts'

/** The values in partition 0 of a topic, as many as `count`. */
async function valuesIn(kafka: KafkaClient, name: string, count: number): Promise<number[]> {
  const log = topic(name, { key: nullable(string), value: int32 })
  await using consumer = kafka.consumer<typeof log>()
  consumer.assign([{ topic: log, partition: 0, from: 'earliest' }])
  const values: number[] = []
  for await (const batch of consumer.batches()) {
    for (const { value } of batch.records) values.push(value)
    if (values.length >= count) break
  }
  return values
}

/** The first place where numbers do not count up from 0; -1 when they do. */
function disorder(values: readonly number[]): number {
  return values.findIndex((value, i) => value !== i)
}

const many = 60_000

/** Large batches are compressed by workers, with the codec's level, and small ones that follow do not overtake them. */
export const largeBatches: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  for (const options of [
    { compressionType: 'gzip', compressionGzipLevel: 1 } as const,
    { compressionType: 'zstd', compressionZstdLevel: 9 } as const,
  ]) {
    const { compressionType } = options
    const log = topic(`${prefix}${compressionType}`, { key: nullable(string), value: int32 })
    const producer = kafka.producer({ ...options, batchSize: 300_000 })
    const records = Array.from({ length: many }, (_, value) => {
      return { key: null, value, partition: 0, headers: { filling: 'x'.repeat(10) } }
    })
    const calls = [producer.sendAll(log, records.slice(0, -10))]
    for (const record of records.slice(-10)) calls.push(producer.sendAll(log, [record]))
    await Promise.all(calls)
    const at = disorder(await valuesIn(kafka, log.name, many))
    checks.check(at === -1, `${compressionType}: all of it in order, not so at ${at}`)
  }
}

/** Far more than the buffer memory: callers wait, and everything is written in the order of the calls. */
export const pressure: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}log`, { key: nullable(string), value: int32 })
  const producer = kafka.producer({ bufferMemory: 50_000, batchSize: 5000 })
  const calls = Array.from({ length: many / 100 }, (_, call) => {
    const records = Array.from({ length: 100 }, (_, i) => {
      return { key: null, value: call * 100 + i, partition: 0 }
    })
    return producer.sendAll(log, records)
  })
  await producer.flush()
  await Promise.all(calls)
  const at = disorder(await valuesIn(kafka, log.name, many))
  checks.check(at === -1, `calls that waited for memory keep their order, not so at ${at}`)
}

/** A pipe into a topic ends when everything is written, and with the error of what cannot be. */
export const streams: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}log`, { key: nullable(string), value: int32 })
  const producer = kafka.producer()
  const records = Array.from({ length: many }, (_, value) => ({ key: null, value, partition: 0 }))
  await pipeline(Readable.from(records), producer.writable(log))
  const at = disorder(await valuesIn(kafka, log.name, many))
  checks.check(at === -1, `a pipe keeps the order, not so at ${at}`)
  const wrong = [...records.slice(0, 10), { key: null, value: 2 ** 40, partition: 0 }]
  const error = await errorOf(pipeline(Readable.from(wrong), producer.writable(log)))
  checks.check(error?.name === 'INVALID_RECORD', `a pipe ends with the error: ${error?.message}`)
}

/** A call that is given up ends at once, wherever it stands. */
export const givingUp: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}log`, { key: nullable(string), value: int32 })
  const producer = kafka.producer({ bufferMemory: 20_000, maxBlockMs: 20_000 })
  const before = new AbortController()
  before.abort(new Error('before'))
  const early = await errorOf(
    producer.send(log, { key: null, value: 1 }, { signal: before.signal }),
  )
  checks.check(early?.message === 'before', `given up before: ${early?.message}`)
  const stop = new AbortController()
  const records = Array.from({ length: 200_000 }, (_, value) => ({ key: null, value }))
  const waiting = errorOf(producer.sendAll(log, records, { signal: stop.signal }))
  stop.abort(new Error('enough'))
  checks.check((await waiting)?.message === 'enough', 'given up while it waited for memory')
  const { offset } = await producer.send(log, { key: null, value: 1 })
  checks.check(offset >= 0, 'others go on')
}
