// Unmodified kafkajs against a Samsa process: real prices go in, a group reads them in partition order, the broker is
// killed and started again, and a later consumer reads the same bytes.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Consumer, Kafka, logLevel } from 'kafkajs'
import { Checks, type Suite } from '../runner/suite.ts'
import { SamsaProcess } from '../samsa/process.ts'
import { type Price, readPrices } from './prices.ts'

const topic = 'stocks'
const partitions = 3

interface Read {
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly value: string
}

function client(port: number): Kafka {
  const options = { clientId: 'compat', brokers: [`127.0.0.1:${port}`], logLevel: logLevel.ERROR }
  return new Kafka(options)
}

async function produce(port: number, prices: readonly Price[]): Promise<void> {
  const producer = client(port).producer()
  await producer.connect()
  for (let i = 0; i < prices.length; i += 100) {
    await producer.send({ topic, acks: -1, messages: prices.slice(i, i + 100) })
  }
  await producer.disconnect()
}

/** Starts a consumer; `joined` is told of the partitions of every assignment. */
async function consume(
  port: number,
  groupId: string,
  into: Read[],
  joined: (assigned: number) => void = () => {},
): Promise<Consumer> {
  const consumer = client(port).consumer({ groupId })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    joined(payload.memberAssignment[topic]?.length ?? 0)
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const [key, value] = [message.key?.toString() ?? '', message.value?.toString() ?? '']
      into.push({ partition, offset: Number(message.offset), key, value })
    },
  })
  return consumer
}

async function until(holds: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (!holds() && performance.now() < deadline) await delay(20)
  return holds()
}

function inPartitionOrder(reads: readonly Read[]): boolean {
  const next = new Map<number, number>()
  return reads.every(({ partition, offset }) => {
    const expected = next.get(partition) ?? offset
    next.set(partition, offset + 1)
    return offset === expected
  })
}

/** What was read, independent of the order between partitions. */
function canonical(reads: readonly Read[]): string {
  return [...reads]
    .sort((a, b) => a.partition - b.partition || a.offset - b.offset)
    .map((read) => `${read.partition} ${read.offset} ${read.key} ${read.value}`)
    .join('\n')
}

/** The price histories keep their order per key: all of a key lies in one partition. */
function keepsKeyOrder(reads: readonly Read[], prices: readonly Price[]): boolean {
  const byKey = Map.groupBy(
    [...reads].sort((a, b) => a.partition - b.partition || a.offset - b.offset),
    (read) => read.key,
  )
  const sent = Map.groupBy(prices, (price) => price.key)
  return [...sent].every(
    ([key, list]) =>
      (byKey.get(key) ?? []).map((read) => read.value).join('\n') ===
      list.map((price) => price.value).join('\n'),
  )
}

/** kafkajs 2.x, unmodified. */
export const kafkajs: Suite = {
  name: 'kafkajs',
  summary: 'kafkajs 2.x produces, consumes in groups, and survives a SIGKILL of the broker',
  needs: [],
  async run({ say }) {
    const checks = new Checks()
    const directory = mkdtempSync(join(tmpdir(), 'samsa-kafkajs-'))
    const prices = readPrices()
    let broker = await SamsaProcess.start({ directory })
    const port = broker.port
    const consumers: Consumer[] = []
    try {
      const admin = client(port).admin()
      await admin.connect()
      const created = await admin.createTopics({ topics: [{ topic, numPartitions: partitions }] })
      checks.check(created, 'createTopics creates stocks')
      const described = await admin.fetchTopicMetadata({ topics: [topic] })
      const count = described.topics[0]?.partitions.length
      checks.check(count === partitions, `stocks has ${partitions} partitions, not ${count}`)
      const first: Read[] = []
      const second: Read[] = []
      const assigned = [0, 0]
      for (const [i, reads] of [first, second].entries()) {
        const joined = (count: number): void => void (assigned[i] = count)
        consumers.push(await consume(port, 'analysts', reads, joined))
      }
      checks.check(
        await until(() => assigned.every((count) => count > 0), 60_000),
        `both members are assigned partitions: ${assigned.join(' and ')}`,
      )

      await produce(port, prices)
      say(`${prices.length} prices acknowledged`)
      const offsets = await admin.fetchTopicOffsets(topic)
      const stored = offsets.reduce((sum, { high }) => sum + Number(high), 0)
      checks.check(stored === prices.length, `${stored} of ${prices.length} prices are stored`)
      await admin.disconnect()

      const all = (): Read[] => [...first, ...second]
      checks.check(
        await until(() => all().length >= prices.length, 60_000),
        `two consumers of a group read ${all().length} of ${prices.length} prices`,
      )
      say(`two members read ${first.length} and ${second.length}`)
      checks.check(first.length > 0 && second.length > 0, 'both members read')
      const group = canonical(all())
      checks.check(all().length === prices.length, 'no price is read twice')
      checks.check(inPartitionOrder(first) && inPartitionOrder(second), 'partitions are in order')
      checks.check(keepsKeyOrder(all(), prices), 'each company keeps its order')
      for (const consumer of consumers.splice(0)) await consumer.disconnect()

      await broker.stop('SIGKILL')
      broker = await SamsaProcess.start({ directory, port })
      say('broker killed and started again')
      const third: Read[] = []
      consumers.push(await consume(port, 'auditors', third))
      checks.check(
        await until(() => third.length >= prices.length, 60_000),
        `after the kill ${third.length} of ${prices.length} prices are read`,
      )
      checks.check(canonical(third) === group, 'after the kill the same bytes are read')

      const resumed: Read[] = []
      consumers.push(await consume(port, 'analysts', resumed))
      await produce(port, [{ key: 'LAST', value: 'after the kill' }])
      checks.check(
        await until(() => resumed.length > 0, 60_000),
        'the first group goes on after the kill',
      )
      checks.check(
        resumed.length === 1 && resumed[0]?.key === 'LAST',
        `the first group resumes at its committed offsets, read ${resumed.length}`,
      )
    } finally {
      for (const consumer of consumers) await consumer.disconnect()
      await broker.stop('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    }
    return checks.result()
  },
}
