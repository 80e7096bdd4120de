// What operators rely on when they move replicas between log directories: nothing is lost or doubled, and clients notice
// nothing but a moment's delay.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import {
  AlterReplicaLogDirs,
  CreateTopics,
  DeleteRecords,
  DeleteTopics,
  DescribeLogDirs,
  errorName,
  IncrementalAlterConfigs,
} from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { memoryDisk } from '@samsa/world/simulated'
import type { Disk } from '@samsa/world'
import type { Broker } from '../server/running-broker.ts'
import { startBroker } from '../server/start-broker.ts'
import { batchOf, fetchFrom, produce } from '../server/testing/test-broker.ts'

const topic = 'moved'

class Operator implements AsyncDisposable {
  readonly broker: Broker
  readonly connection: KafkaConnection

  constructor(broker: Broker, connection: KafkaConnection) {
    this.broker = broker
    this.connection = connection
  }

  static async start(disk: Disk): Promise<Operator> {
    const world = { ...nodeWorld(), disk }
    const settings = { 'log.dirs': '/one,/two', 'log.segment.bytes': 1 << 20 }
    const broker = await startBroker({ world, directory: '/state', settings })
    return new Operator(broker, await KafkaConnection.open(world.network, broker))
  }

  async createTopic(): Promise<void> {
    const [made] = (
      await this.connection.send(CreateTopics, 5, {
        topics: [
          { name: topic, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] },
        ],
        timeoutMs: 1000,
      })
    ).topics
    assert.equal(made?.errorCode, 0)
  }

  async move(path: string): Promise<string> {
    const dirs = [{ path, topics: [{ name: topic, partitions: [0] }] }]
    const { results } = await this.connection.send(AlterReplicaLogDirs, 2, { dirs })
    return errorName(results[0]?.partitions[0]?.errorCode ?? -1)
  }

  /** Where the partition is, a copy on its way with a star. */
  async places(): Promise<string[]> {
    const { results } = await this.connection.send(DescribeLogDirs, 4, { topics: null })
    const places: string[] = []
    for (const { logDir, topics } of results) {
      for (const { name, partitions } of topics) {
        if (name !== topic) continue
        for (const { isFutureKey } of partitions) places.push(`${logDir}${isFutureKey ? '*' : ''}`)
      }
    }
    return places
  }

  /** Resolves when the partition lies at `path` alone. */
  async movedTo(path: string): Promise<void> {
    for (;;) {
      const places = await this.places()
      if (places.length === 1 && places[0] === path) return
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async throttle(bytesPerSecond: string | null): Promise<void> {
    const name = 'replica.alter.log.dirs.io.max.bytes.per.second'
    const configOperation = bytesPerSecond === null ? 1 : 0
    const { responses } = await this.connection.send(IncrementalAlterConfigs, 1, {
      resources: [
        {
          resourceType: 4,
          resourceName: '',
          configs: [{ name, configOperation, value: bytesPerSecond }],
        },
      ],
      validateOnly: false,
    })
    assert.equal(responses[0]?.errorCode, 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection.close()
    await this.broker.close()
  }
}

test('A replica moves while it is written to, and keeps every record at its offset.', async () => {
  await using operator = await Operator.start(memoryDisk())
  const { connection } = operator
  await operator.createTopic()
  const [from = ''] = await operator.places()
  const to = from === '/one' ? '/two' : '/one'
  const value = 'x'.repeat(50_000)
  for (let i = 0; i < 40; i++) await produce(connection, topic, batchOf(value))
  const writer = await KafkaConnection.open(nodeWorld().network, operator.broker)
  let isMoved = false
  const writing = (async () => {
    let written = 0
    while (!isMoved) {
      const { errorCode, baseOffset } = await produce(writer, topic, batchOf(`${written}`))
      assert.deepEqual({ errorCode, baseOffset }, { errorCode: 0, baseOffset: 40 + written })
      written += 1
    }
    return written
  })()
  assert.equal(await operator.move(to), 'NONE')
  await operator.movedTo(to)
  isMoved = true
  const written = await writing
  const end = (await fetchFrom(connection, topic, 40)).highWatermark
  assert.equal(end, 40 + written)
  for (let offset = 0; offset < 40; offset++) {
    const { records, errorCode } = await fetchFrom(connection, topic, offset)
    assert.equal(errorCode, 0)
    assert.equal(Number(records?.readBigInt64BE(0)), offset)
  }
  await writer.close()
})

test('A move survives a restart, with what was deleted at the start of the log.', async () => {
  const disk = memoryDisk()
  let to = ''
  {
    await using operator = await Operator.start(disk)
    const { connection } = operator
    await operator.createTopic()
    for (let i = 0; i < 100; i++) {
      await produce(connection, topic, batchOf('x'.repeat(50_000)))
    }
    const [from = ''] = await operator.places()
    to = from === '/one' ? '/two' : '/one'
    await operator.throttle('1000')
    assert.equal(await operator.move(to), 'NONE')
    assert.equal(await operator.move(to), 'NONE', 'asking twice is fine')
    assert.deepEqual((await operator.places()).sort(), [from, `${to}*`].sort())
    const { topics } = await connection.send(DeleteRecords, 2, {
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset: 7 }] }],
      timeoutMs: 1000,
    })
    assert.equal(topics[0]?.partitions[0]?.lowWatermark, 7)
  }
  await using operator = await Operator.start(disk)
  await operator.throttle(null)
  await operator.movedTo(to)
  const { logStartOffset, highWatermark } = await fetchFrom(operator.connection, topic, 99)
  assert.deepEqual({ logStartOffset, highWatermark }, { logStartOffset: 7, highWatermark: 100 })
})

test('Asking for where a replica is ends its move; deleting its topic does too.', async () => {
  const disk = memoryDisk()
  await using operator = await Operator.start(disk)
  const { connection } = operator
  await operator.createTopic()
  for (let i = 0; i < 40; i++) await produce(connection, topic, batchOf('x'.repeat(50_000)))
  const [from = ''] = await operator.places()
  const to = from === '/one' ? '/two' : '/one'
  await operator.throttle('1000')
  assert.equal(await operator.move(to), 'NONE')
  assert.equal(await operator.move(from), 'NONE')
  assert.deepEqual(await operator.places(), [from])
  assert.equal(await operator.move(to), 'NONE')
  await connection.send(DeleteTopics, 5, { topicNames: [topic], timeoutMs: 1000 })
  while ((await operator.places()).length > 0) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  const left = [...(await disk.list('/one')), ...(await disk.list('/two'))]
  assert.deepEqual(
    left.filter((name) => name.startsWith(topic) && !name.endsWith('-delete')),
    [],
  )
})

test('A directory may be named before the partition is there; others are refused by name.', async () => {
  await using operator = await Operator.start(memoryDisk())
  assert.equal(await operator.move('/three'), 'LOG_DIR_NOT_FOUND')
  assert.equal(await operator.move('/two'), 'UNKNOWN_TOPIC_OR_PARTITION')
  await operator.createTopic()
  assert.deepEqual(await operator.places(), ['/two'])
})
