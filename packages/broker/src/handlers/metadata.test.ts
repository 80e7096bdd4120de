// What clients rely on when they ask where topics are and what the cluster is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import {
  CreateTopics,
  DescribeCluster,
  DescribeTopicPartitions,
  errorName,
  Metadata,
  ZERO_UUID,
} from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { startCluster } from '../index.ts'
import { creatable, create, serve } from './testing/served-broker.ts'

test('Every version of Metadata tells of the same topic, as far as it can.', async () => {
  await using broker = await serve()
  const { client, clusterId, port } = broker
  await create(client, [creatable('orders', { numPartitions: 3 })])
  for (let version = 0; version <= 13; version++) {
    const answer = await client.send(Metadata, version, { topics: [{ name: 'orders' }] })
    assert.deepEqual(
      answer.brokers.map(({ nodeId, host, port }) => [nodeId, host, port]),
      [[1, '127.0.0.1', port]],
    )
    const [topic] = answer.topics
    assert.equal(topic?.errorCode, 0)
    assert.deepEqual(
      topic?.partitions.map(({ leaderId }) => leaderId),
      [1, 1, 1],
    )
    if (version >= 1) assert.equal(answer.controllerId, 1)
    if (version >= 2) assert.equal(answer.clusterId, clusterId)
    if (version >= 10) assert.notEqual(topic?.topicId, ZERO_UUID)
    assert.ok(version < 8 || topic?.topicAuthorizedOperations === -2147483648)
  }
})

test('No topics asked for means none, but all before version 1, and null is all.', async () => {
  await using broker = await serve()
  const { client } = broker
  await create(client, [creatable('a'), creatable('b')])
  const names = async (version: number, topics: [] | null): Promise<string[]> =>
    (await client.send(Metadata, version, { topics })).topics.map(({ name }) => `${name}`).sort()
  assert.deepEqual(await names(0, []), ['a', 'b'])
  assert.deepEqual(await names(1, []), [])
  assert.deepEqual(await names(1, null), ['a', 'b'])
  assert.deepEqual(await names(12, null), ['a', 'b'])
})

// Trap 4: clients show LEADER_NOT_AVAILABLE to their users.

test('A topic that is created by asking for it has its leaders in the same answer.', async () => {
  await using broker = await serve({ 'num.partitions': 4 })
  const answer = await broker.client.send(Metadata, 4, {
    topics: [{ name: 'fresh' }],
    allowAutoTopicCreation: true,
  })
  const [topic] = answer.topics
  assert.equal(topic?.errorCode, 0)
  assert.deepEqual(
    topic?.partitions.map(({ errorCode, leaderId }) => [errorCode, leaderId]),
    [
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ],
  )
})

test('Nothing is created when the client, or the broker, does not want that.', async () => {
  await using broker = await serve()
  const ask = async (client: KafkaConnection, name: string, allow: boolean): Promise<string> => {
    const request = { topics: [{ name }], allowAutoTopicCreation: allow }
    const { topics } = await client.send(Metadata, 12, request)
    return errorName(topics[0]?.errorCode ?? 0)
  }
  assert.equal(await ask(broker.client, 'missing', false), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.equal(await ask(broker.client, 'no spaces', true), 'INVALID_TOPIC_EXCEPTION')
  await using strict = await serve({ 'auto.create.topics.enable': false })
  assert.equal(await ask(strict.client, 'missing', true), 'UNKNOWN_TOPIC_OR_PARTITION')
})

test('Topics are found by id, and unknown ids are named.', async () => {
  await using broker = await serve()
  const { client } = broker
  const { topics } = await client.send(CreateTopics, 7, { topics: [creatable('orders')] })
  const topicId = topics[0]?.topicId ?? ''
  const unknown = 'AAAAAAAAAAAAAAAAAAAAAg'
  const answer = await client.send(Metadata, 12, {
    topics: [
      { topicId, name: null },
      { topicId: unknown, name: null },
    ],
  })
  assert.deepEqual(
    answer.topics.map((topic) => [topic.name, topic.topicId, errorName(topic.errorCode)]),
    [
      ['orders', topicId, 'NONE'],
      [null, unknown, 'UNKNOWN_TOPIC_ID'],
    ],
  )
})

test('Topics are described page by page, in order of their names.', async () => {
  await using broker = await serve()
  const { client } = broker
  await create(client, [creatable('b', { numPartitions: 3 }), creatable('a'), creatable('c')])
  const pages: string[][] = []
  let cursor: { topicName: string; partitionIndex: number } | null = null
  do {
    const page: Awaited<ReturnType<typeof describe>> = await describe(client, cursor)
    pages.push(page.seen)
    cursor = page.nextCursor
  } while (cursor !== null)
  assert.deepEqual(pages, [['a-0', 'b-0'], ['b-1', 'b-2'], ['c-0']])
})

async function describe(
  client: KafkaConnection,
  cursor: { topicName: string; partitionIndex: number } | null,
): Promise<{
  seen: string[]
  nextCursor: { topicName: string; partitionIndex: number } | null
}> {
  const answer = await client.send(DescribeTopicPartitions, 0, {
    topics: [],
    responsePartitionLimit: 2,
    cursor,
  })
  const seen = answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex }) => `${name}-${partitionIndex}`),
  )
  return { seen, nextCursor: answer.nextCursor }
}

test('The cluster is described on the listener the client came in on.', async () => {
  await using cluster = await startCluster({ memory: true, brokers: 3 })
  const [, second] = cluster.brokers
  assert.ok(second)
  await using client = await KafkaConnection.open(nodeWorld().network, second)
  const answer = await client.send(DescribeCluster, 2, {
    includeClusterAuthorizedOperations: true,
    includeFencedBrokers: false,
  })
  assert.equal(answer.clusterId, cluster.clusterId)
  assert.deepEqual(
    answer.brokers.map(({ brokerId, port }) => [brokerId, port]),
    cluster.brokers.map(({ brokerId, port }) => [brokerId, port]),
  )
  assert.equal(answer.controllerId, 1)
  // Create, Alter, Describe, ClusterAction, DescribeConfigs, AlterConfigs, IdempotentWrite.
  assert.equal(answer.clusterAuthorizedOperations, 0b1_1111_1010_0000)
  // What the second broker was asked, the first one does, and the third one knows.
  assert.deepEqual(await create(client, [creatable('orders', { numPartitions: 6 })]), [
    'orders: NONE',
  ])
  await using other = await KafkaConnection.open(nodeWorld().network, cluster.brokers[2] ?? second)
  const { topics } = await other.send(Metadata, 12, { topics: [{ name: 'orders' }] })
  const leaders = topics[0]?.partitions.map(({ leaderId }) => leaderId)
  assert.deepEqual(leaders?.sort(), [1, 1, 2, 2, 3, 3])
})
