// Looking up, checking and deleting by offset, over the wire.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BatchBuilder,
  DeleteRecords,
  DescribeLogDirs,
  DescribeProducers,
  ListOffsets,
  OffsetForLeaderEpoch,
  SaslHandshake,
} from '@samsa/protocol'
import type { KafkaConnection } from '@samsa/network'
import { batchOf, fetchFrom, produce, startTestBroker } from './testing/test-broker.ts'

async function listOffset(
  client: KafkaConnection,
  timestamp: number,
  { version = 7, isolationLevel = 0, topic = 't' } = {},
): Promise<readonly [errorCode: number, offset: number, timestamp: number]> {
  const answer = await client.send(ListOffsets, version, {
    replicaId: -1,
    isolationLevel,
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }],
  })
  const one = answer.topics[0]?.partitions[0]
  return [one?.errorCode ?? -99, one?.offset ?? -99, one?.timestamp ?? -99]
}

function timed(...timestamps: readonly number[]): Buffer {
  const builder = new BatchBuilder()
  for (const timestamp of timestamps) builder.append(timestamp, null, Buffer.from('v'))
  return Buffer.from(builder.build({}))
}

const t0 = 1_700_000_000_000

test('Offsets are found by time: the first record at or after the timestamp.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  await produce(client, 't', timed(t0, t0 + 10, t0 + 20))
  await produce(client, 't', timed(t0 + 50, t0 + 40))
  assert.deepEqual(await listOffset(client, -2), [0, 0, -1])
  assert.deepEqual(await listOffset(client, -1), [0, 5, -1])
  assert.deepEqual(await listOffset(client, t0), [0, 0, t0])
  assert.deepEqual(await listOffset(client, t0 + 11), [0, 2, t0 + 20])
  assert.deepEqual(await listOffset(client, t0 + 21), [0, 3, t0 + 50])
  assert.deepEqual(await listOffset(client, t0 + 51), [0, -1, -1])
  assert.deepEqual(await listOffset(client, -3), [0, 3, t0 + 50])
  assert.deepEqual(await listOffset(client, -4, { version: 8 }), [0, 0, -1])
  assert.deepEqual(await listOffset(client, -5, { version: 9 }), [0, -1, -1])
})

test('A special timestamp that the version does not know is an unsupported version.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  assert.equal((await listOffset(client, -3, { version: 6 }))[0], 35)
  assert.equal((await listOffset(client, -4, { version: 7 }))[0], 35)
  assert.equal((await listOffset(client, -1, { topic: 'unknown' }))[0], 3)
  assert.deepEqual(await listOffset(client, -1, { version: 1 }), [0, 0, -1])
})

test('Deleted records are gone for readers; -1 deletes up to the high watermark.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  for (let i = 0; i < 4; i++) await produce(client, 't', batchOf('a', 'b'))
  const deleteBefore = async (offset: number): Promise<readonly [number, number]> => {
    const answer = await client.send(DeleteRecords, 1, {
      timeoutMs: 1000,
      topics: [{ name: 't', partitions: [{ partitionIndex: 0, offset }] }],
    })
    const one = answer.topics[0]?.partitions[0]
    return [one?.errorCode ?? -99, one?.lowWatermark ?? -99]
  }
  assert.deepEqual(await deleteBefore(3), [0, 3])
  assert.equal((await fetchFrom(client, 't', 1)).errorCode, 1)
  assert.deepEqual(await listOffset(client, -2), [0, 3, -1])
  assert.deepEqual(await deleteBefore(99), [1, -1])
  assert.deepEqual(await deleteBefore(-1), [0, 8])
})

test('The ends of leader epochs are told, with the checks of KIP-320.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{ leaderEpoch: 2 }])
  await using client = await broker.connect()
  await produce(client, 't', batchOf('a', 'b', 'c'))
  broker.metadata.put('t', [{ leaderEpoch: 5, partitionEpoch: 1 }])
  await produce(client, 't', batchOf('d'))
  const ask = async (
    leaderEpoch: number,
    currentLeaderEpoch = -1,
  ): Promise<readonly (number | undefined)[]> => {
    const partitions = [{ partition: 0, currentLeaderEpoch, leaderEpoch }]
    const answer = await client.send(OffsetForLeaderEpoch, 4, {
      replicaId: -1,
      topics: [{ topic: 't', partitions }],
    })
    const one = answer.topics[0]?.partitions[0]
    return [one?.errorCode, one?.leaderEpoch, one?.endOffset]
  }
  assert.deepEqual(await ask(2), [0, 2, 3])
  assert.deepEqual(await ask(3), [0, 2, 3])
  assert.deepEqual(await ask(5), [0, 5, 4])
  assert.deepEqual(await ask(9), [0, -1, -1])
  assert.equal((await ask(5, 4))[0], 74)
  assert.equal((await ask(5, 6))[0], 75)
})

test('Producers and log directories are described.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  const builder = new BatchBuilder()
  builder.append(t0, null, Buffer.from('v'))
  await produce(
    client,
    't',
    Buffer.from(builder.build({ producerId: 9, producerEpoch: 1, baseSequence: 0 })),
  )
  const producers = await client.send(DescribeProducers, 0, {
    topics: [{ name: 't', partitionIndexes: [0, 3] }],
  })
  const [first, second] = producers.topics[0]?.partitions ?? []
  assert.equal(first?.activeProducers[0]?.producerId, 9)
  assert.equal(first?.activeProducers[0]?.lastSequence, 0)
  assert.equal(second?.errorCode, 3)
  const directories = await client.send(DescribeLogDirs, 5, { topics: null })
  assert.equal(directories.results.length, 1)
  assert.equal(directories.results[0]?.logDir, '/data')
  const partition = directories.results[0]?.topics[0]?.partitions[0]
  assert.ok((partition?.partitionSize ?? 0) > 60)
})

test('A SASL handshake on a listener without SASL does not fit.', async () => {
  await using broker = await startTestBroker()
  await using client = await broker.connect()
  const answer = await client.send(SaslHandshake, 1, { mechanism: 'PLAIN' })
  assert.equal(answer.errorCode, 34)
})
