// What a producer of ours is promised: places, order, batches in all codecs, keys where Java puts them, errors that name
// what is wrong.

import { connect, json, type KafkaClient, nullable, string, topic } from '@samsa/client'
import { KafkaConnection } from '@samsa/network'
import { BatchWalk, Fetch } from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import { type Story, errorOf } from './story.ts'

/** Places, ranges and headers. */
export const places: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const orders = topic(`${prefix}orders`, { key: string, value: json<{ cents: number }>() })
  const producer = kafka.producer()
  const first = await producer.send(orders, { key: 'a', value: { cents: 5 }, partition: 1 })
  checks.check(first.partition === 1 && first.offset === 0, 'a record goes where it says')
  const records = Array.from({ length: 100 }, (_, i) => ({ key: `k${i}`, value: { cents: i } }))
  const ranges = await producer.sendAll(orders, records)
  const count = ranges.reduce((sum, range) => sum + range.recordCount, 0)
  checks.check(count === 100, `ranges cover all records, not ${count}`)
  const alone = await Promise.all(records.map((record) => producer.send(orders, record)))
  const distinct = new Set(alone.map(({ partition, offset }) => `${partition} ${offset}`))
  checks.check(distinct.size === 100, 'each record has its own place')
  const last = await producer.send(orders, {
    key: 'h',
    value: { cents: 1 },
    partition: 0,
    timestamp: 1_600_000_000_000,
    headers: { a: '1', b: null },
  })
  const read = await readOne(kafka, orders, last.partition, last.offset)
  const headers = read?.headers.map(({ key, value }) => `${key}=${value?.toString()}`).join()
  checks.check(headers === 'a=1,b=undefined', `headers come through, not ${headers}`)
  checks.check(read?.timestamp === 1_600_000_000_000, `a timestamp is kept: ${read?.timestamp}`)
}

async function readOne<K, V>(
  kafka: KafkaClient,
  from: ReturnType<typeof topic<K, V>>,
  partition: number,
  offset: number,
) {
  await using consumer = kafka.consumer<typeof from>()
  consumer.assign([{ topic: from, partition, from: offset }])
  for await (const record of consumer) return record
  return undefined
}

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** Every codec and every kind of acknowledgement, read back byte for byte. */
export const packing: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  for (const compressionType of codecs) {
    for (const acks of ['all', '1', '0'] as const) {
      const log = topic(`${prefix}packing-${compressionType}-${acks}`, { value: string })
      const producer = kafka.producer({ compressionType, acks })
      const sent = Array.from({ length: 50 }, (_, i) => `${i} `.repeat(i))
      // Without acknowledgements nobody says when a topic is too new to be written to.
      await kafka.consumer().offsets([{ topic: log, partition: 0 }], 'latest')
      const ranges = await producer.sendAll(
        log,
        sent.map((value) => ({ key: null, value, partition: 0 })),
      )
      const offset = ranges[0]?.baseOffset
      const what = `${compressionType} with acks ${acks}`
      checks.check(acks === '0' ? offset === -1 : offset === 0, `${what} answers ${offset}`)
      await using consumer = kafka.consumer<typeof log>()
      consumer.assign([{ topic: log, partition: 0, from: 'earliest' }])
      const read: string[] = []
      for await (const { value } of consumer) {
        read.push(value)
        if (read.length === sent.length) break
      }
      checks.check(read.join() === sent.join(), `${what} comes back as it was`)
    }
  }
}

/** An idempotent producer numbers its records; the log says so. */
export const numbers: Story = async ({ bootstrap, prefix, checks }) => {
  const log = topic(`${prefix}numbers`, { value: string })
  await using kafka = connect({ brokers: bootstrap })
  const producer = kafka.producer()
  for (let i = 0; i < 3; i++) await producer.send(log, { key: null, value: `${i}`, partition: 0 })
  const [host = '', port = ''] = bootstrap.split(',')[0]?.split(':') ?? []
  const address = { host, port: Number(port) }
  await using connection = await KafkaConnection.open(nodeNetwork, address)
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }]
  const answer = await connection.send(Fetch, 11, {
    maxWaitMs: 1000,
    minBytes: 1,
    topics: [{ topic: log.name, partitions }],
  })
  const walk = new BatchWalk(answer.responses[0]?.partitions[0]?.records ?? Buffer.alloc(0))
  const found: string[] = []
  while (walk.next()) found.push(`${walk.batch.hasProducerId} ${walk.batch.baseSequence}`)
  checks.check(found.join() === 'true 0,true 1,true 2', `sequences count up: ${found.join()}`)
}

/** What cannot be sent is told before it is queued, and the rest is sent. */
export const refusals: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}refusals`, { key: nullable(string), value: string })
  const producer = kafka.producer({ maxRequestSize: 1000 })
  const large = await errorOf(producer.send(log, { key: null, value: 'x'.repeat(1000) }))
  checks.check(large?.name === 'MESSAGE_TOO_LARGE', `too large: ${large?.name}`)
  checks.check(large?.message.includes(log.name) === true, `it names the topic: ${large?.message}`)
  const wrong = await errorOf(producer.send(log, { key: null, value: 7 as never }))
  checks.check(wrong?.name === 'INVALID_RECORD', `a serializer's error: ${wrong?.name}`)
  const nowhere = await errorOf(producer.send(log, { key: null, value: '', partition: 99 }))
  checks.check(nowhere?.name === 'UNKNOWN_TOPIC_OR_PARTITION', `no such place: ${nowhere?.name}`)
  const mixed = ['a', 7 as never, 'b'].map((value) => ({ key: 'k', value }))
  const some = await errorOf(producer.sendAll(log, mixed))
  checks.check(some?.name === 'INVALID_RECORD', `one of three is wrong: ${some?.name}`)
  await using consumer = kafka.consumer<typeof log>()
  await consumer.assignAll([log], 'earliest')
  const read: string[] = []
  for await (const { value } of consumer) {
    read.push(value)
    if (read.length === 2) break
  }
  checks.check(read.join() === 'a,b', `the others are sent: ${read.join()}`)
  await producer.close()
  const late = await errorOf(producer.send(log, { key: null, value: '' }))
  checks.check(late?.name === 'WorldError', `a closed producer says so: ${late?.message}`)
}
