// A real cluster under faults: three brokers and a ZooKeeper, each a process; producers that nobody stops; brokers killed,
// paused, stopped, emptied, ZooKeeper killed. Everything acknowledged is read back, once. `--rounds N`: how many faults.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { Checks, type Suite } from '../runner/suite.ts'
import { zookeeperNeed } from '../zookeeper/zookeeper-process.ts'
import { type Fault, faults } from './faults.ts'
import { type BrokerPlace, LocalCluster } from './local-cluster.ts'
import { kafkajsWriter, ownWriter, partitions, type Writer, Writing } from './writers.ts'

/** How long the cluster may take to be whole again after a fault, in milliseconds. */
const healingMs = 60_000

/** The suite. */
export const cluster: Suite = {
  name: 'cluster',
  summary:
    'three brokers on a real ZooKeeper, killed, paused, emptied; nothing acknowledged is lost',
  needs: [zookeeperNeed],
  async run({ args, say }) {
    const at = args.indexOf('--rounds')
    const rounds = at < 0 ? 20 : Number(args[at + 1])
    const directory = mkdtempSync(join(tmpdir(), 'samsa-cluster-'))
    const checks = new Checks()
    try {
      await using running = await LocalCluster.start({ directory, brokers: 3, zookeepers: 1 })
      await runRounds(running, { rounds, checks, say })
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
    return checks.result()
  },
}

async function runRounds(
  running: LocalCluster,
  { rounds, checks, say }: { rounds: number; checks: Checks; say: (line: string) => void },
): Promise<void> {
  const brokers = running.bootstrapServers.split(',')
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const makers: readonly ((brokers: readonly string[], name: string) => Promise<Writer>)[] = [
    kafkajsWriter,
    ownWriter,
  ]
  const topics = makers.map((_, i) => `written-${i}`)
  const configEntries = [{ name: 'min.insync.replicas', value: '2' }]
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics.map((topic) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: 3,
      configEntries,
    })),
  })
  const writings = await Promise.all(
    makers.map(async (make, i) => new Writing(await make(brokers, topics[i] ?? ''))),
  )
  const gaps = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    const fault = faults[round % faults.length] as Fault
    const place = running.places[round % running.places.length] as BrokerPlace
    for (const writing of writings) writing.mark()
    await fault.run(running, place)
    const isWhole = await becomesWhole(admin, topics, writings)
    checks.check(isWhole, `round ${round}, ${fault.name} of broker ${place.id}: not whole again`)
    const longest = Math.round(Math.max(...writings.map(({ longestMs }) => longestMs)))
    gaps.set(fault.name, [...(gaps.get(fault.name) ?? []), longest])
    say(`round ${round}: ${fault.name}, broker ${place.id}: longest gap ${longest} ms`)
    if (!isWhole) break
  }
  await Promise.all(writings.map((writing) => writing.stop()))
  await admin.disconnect()
  for (const [i, writing] of writings.entries()) {
    const read = await readAll(brokers, topics[i] ?? '')
    const { name, acknowledged, failures } = writing
    const lost = acknowledged.filter((value) => !read.has(value))
    const twice = [...read].filter(([, times]) => times > 1)
    checks.check(
      lost.length === 0,
      `${name}: ${lost.length} acknowledged records are lost: ${lost.slice(0, 3).join()}`,
    )
    checks.check(
      twice.length === 0,
      `${name}: ${twice.length} records are there twice: ${twice.slice(0, 3).join()}`,
    )
    say(
      `${name}: ${acknowledged.length} acknowledged, ${failures.length} of unknown outcome, ` +
        `${lost.length} lost, ${twice.length} twice`,
    )
  }
  for (const [name, times] of gaps) {
    const sorted = times.toSorted((a, b) => a - b)
    say(
      `${name}: without an acknowledgement ${sorted[sorted.length >> 1]} ms (median), ${sorted.at(-1)} ms (worst)`,
    )
  }
}

type Admin = ReturnType<Kafka['admin']>

/** Whether all replicas are in sync and every producer has got an acknowledgement since. */
async function becomesWhole(
  admin: Admin,
  topics: readonly string[],
  writings: readonly Writing[],
): Promise<boolean> {
  const deadline = performance.now() + healingMs
  const counts = writings.map(({ acknowledged }) => acknowledged.length)
  while (performance.now() < deadline) {
    await delay(200)
    try {
      const { topics: described } = await admin.fetchTopicMetadata({ topics: [...topics] })
      const isInSync = described.every(({ partitions: all }) =>
        all.every(({ isr, leader }) => isr.length === 3 && leader >= 0),
      )
      const isWriting = writings.every(
        ({ acknowledged }, i) => acknowledged.length > (counts[i] ?? 0),
      )
      if (isInSync && isWriting) return true
    } catch {
      // Whom it asks may be the one that is away.
    }
  }
  return false
}

/** How often each value is in the topic, up to the ends that it has now. */
async function readAll(
  brokers: readonly string[],
  topic: string,
): Promise<ReadonlyMap<string, number>> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const left = new Map(
    ends
      .filter(({ high }) => Number(high) > 0)
      .map(({ partition, high }) => [partition, Number(high)]),
  )
  const read = new Map<string, number>()
  const consumer = kafka.consumer({ groupId: `reader-of-${topic}` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const everything = new Promise<void>((resolve, reject) => {
    setTimeout(() => reject(new Error(`${topic} was not read to its end`)), 60_000).unref()
    void consumer.run({
      eachMessage: async ({ partition, message }) => {
        const value = message.value?.toString() ?? ''
        read.set(value, (read.get(value) ?? 0) + 1)
        if (Number(message.offset) + 1 >= (left.get(partition) ?? 0)) left.delete(partition)
        if (left.size === 0) resolve()
      },
    })
  })
  await everything
  await consumer.disconnect()
  return read
}
