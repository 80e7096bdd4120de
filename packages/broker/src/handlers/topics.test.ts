// What admin clients rely on when they create, look at, grow and delete topics.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import {
  CreatePartitions,
  CreateTopics,
  DeleteTopics,
  DescribeCluster,
  DescribeTopicPartitions,
  ElectLeaders,
  errorName,
  AlterPartitionReassignments,
  ListPartitionReassignments,
  Metadata,
  type RequestInput,
  ZERO_UUID,
} from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { type BrokerOptions, startBroker, startCluster } from '../index.ts'

interface Served extends AsyncDisposable {
  readonly client: KafkaConnection
  readonly port: number
  readonly clusterId: string
}

async function serve(settings: BrokerOptions['settings'] = {}): Promise<Served> {
  const broker = await startBroker({ memory: true, settings })
  const client = await KafkaConnection.open(nodeWorld().network, broker)
  return {
    client,
    port: broker.port,
    clusterId: broker.clusterId,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await broker.close()
    },
  }
}

type Creatable = RequestInput<typeof CreateTopics>['topics'][number]

function creatable(name: string, more: Partial<Creatable> = {}): Creatable {
  return { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...more }
}

/** Creates topics; gives `name: error` for each. */
async function create(
  client: KafkaConnection,
  topics: readonly Creatable[],
  more: { validateOnly?: boolean } = {},
): Promise<string[]> {
  const { topics: answers } = await client.send(CreateTopics, 7, { topics, ...more })
  return answers.map(({ name, errorCode }) => `${name}: ${errorName(errorCode)}`)
}

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

test('A created topic is told with its id, its size and its configs (KIP-525).', async () => {
  await using broker = await serve()
  const configs = [{ name: 'retention.ms', value: '60000' }]
  const { topics } = await broker.client.send(CreateTopics, 7, {
    topics: [creatable('orders', { numPartitions: -1, replicationFactor: -1, configs })],
  })
  const [topic] = topics
  assert.deepEqual([topic?.errorCode, topic?.numPartitions, topic?.replicationFactor], [0, 1, 1])
  const retention = topic?.configs?.find(({ name }) => name === 'retention.ms')
  assert.deepEqual(retention, {
    name: 'retention.ms',
    value: '60000',
    readOnly: false,
    configSource: 1,
    isSensitive: false,
  })
})

test('Whatever is wrong with a topic is told with its own error.', async () => {
  await using broker = await serve()
  const { client } = broker
  const wrong = [
    creatable('no spaces'),
    creatable('..'),
    creatable('x'.repeat(250)),
    creatable('partitions', { numPartitions: 0 }),
    creatable('too-many', { numPartitions: 10_001 }),
    creatable('factor', { replicationFactor: 0 }),
    creatable('three', { replicationFactor: 3 }),
    creatable('config', { configs: [{ name: 'retention.ms', value: 'soon' }] }),
    creatable('unknown-config', { configs: [{ name: 'retention', value: '1' }] }),
    creatable('null-config', { configs: [{ name: 'retention.ms', value: null }] }),
    creatable('both', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }),
    manual('nobody', [[0, [7]]]),
    manual('twice', [[0, [1, 1]]]),
    manual('gap', [[1, [1]]]),
    manual('empty', [[0, []]]),
    creatable('__cluster_metadata'),
  ]
  assert.deepEqual(await create(client, wrong), [
    'no spaces: INVALID_TOPIC_EXCEPTION',
    '..: INVALID_TOPIC_EXCEPTION',
    `${'x'.repeat(250)}: INVALID_TOPIC_EXCEPTION`,
    'partitions: INVALID_PARTITIONS',
    'too-many: POLICY_VIOLATION',
    'factor: INVALID_REPLICATION_FACTOR',
    'three: INVALID_REPLICATION_FACTOR',
    'config: INVALID_CONFIG',
    'unknown-config: INVALID_CONFIG',
    'null-config: INVALID_CONFIG',
    'both: INVALID_REQUEST',
    'nobody: INVALID_REPLICA_ASSIGNMENT',
    'twice: INVALID_REPLICA_ASSIGNMENT',
    'gap: INVALID_REPLICA_ASSIGNMENT',
    'empty: INVALID_REPLICA_ASSIGNMENT',
    '__cluster_metadata: TOPIC_AUTHORIZATION_FAILED',
  ])
  assert.deepEqual((await client.send(Metadata, 12, { topics: null })).topics, [])
})

function manual(name: string, assignments: readonly (readonly [number, number[]])[]): Creatable {
  return creatable(name, {
    numPartitions: -1,
    replicationFactor: -1,
    assignments: assignments.map(([partitionIndex, brokerIds]) => ({ partitionIndex, brokerIds })),
  })
}

test('A name is taken once, also by its likeness in metrics, and asked for once.', async () => {
  await using broker = await serve()
  const { client } = broker
  const twice = [creatable('a.b'), creatable('c'), creatable('c')]
  assert.deepEqual(await create(client, twice), ['a.b: NONE', 'c: INVALID_REQUEST'])
  const again = [creatable('a.b'), creatable('a_b'), creatable('a-b')]
  assert.deepEqual(await create(client, again), [
    'a.b: TOPIC_ALREADY_EXISTS',
    'a_b: INVALID_TOPIC_EXCEPTION',
    'a-b: NONE',
  ])
  const together = [creatable('x.y'), creatable('x_y')]
  assert.deepEqual(await create(client, together), ['x.y: NONE', 'x_y: INVALID_TOPIC_EXCEPTION'])
})

test('Validation alone creates nothing.', async () => {
  await using broker = await serve()
  const { client } = broker
  assert.deepEqual(await create(client, [creatable('orders')], { validateOnly: true }), [
    'orders: NONE',
  ])
  assert.deepEqual((await client.send(Metadata, 12, { topics: null })).topics, [])
})

test('Every version of CreateTopics and DeleteTopics works.', async () => {
  await using broker = await serve()
  const { client } = broker
  for (let version = 0; version <= 7; version++) {
    const name = `topic-${version}`
    const created = await client.send(CreateTopics, version, {
      topics: [creatable(name)],
      timeoutMs: 5000,
    })
    assert.deepEqual(
      created.topics.map(({ errorCode }) => errorCode),
      [0],
    )
  }
  for (let version = 0; version <= 6; version++) {
    const name = `topic-${version}`
    const deleted = await client.send(DeleteTopics, version, {
      ...(version < 6 ? { topicNames: [name] } : { topics: [{ name, topicId: ZERO_UUID }] }),
      timeoutMs: 5000,
    })
    assert.deepEqual(
      deleted.responses.map(({ errorCode }) => errorCode),
      [0],
    )
  }
  const { topics } = await client.send(Metadata, 12, { topics: null })
  assert.deepEqual(
    topics.map(({ name }) => name),
    ['topic-7'],
  )
})

test('Topics are deleted by name or id, once each, if they are there.', async () => {
  await using broker = await serve()
  const { client } = broker
  const names = ['a', 'b', 'c']
  const { topics } = await client.send(CreateTopics, 7, { topics: names.map((n) => creatable(n)) })
  const ids = new Map(topics.map(({ name, topicId }) => [name, topicId]))
  const idOf = (name: string): string => ids.get(name) ?? ''
  const answer = await client.send(DeleteTopics, 6, {
    topics: [
      { name: 'a', topicId: ZERO_UUID },
      { name: null, topicId: idOf('b') },
      { name: 'c', topicId: idOf('c') },
      { name: 'd', topicId: ZERO_UUID },
      { name: null, topicId: 'AAAAAAAAAAAAAAAAAAAAAg' },
      { name: null, topicId: ZERO_UUID },
    ],
    timeoutMs: 5000,
  })
  assert.deepEqual(
    answer.responses.map(({ name, errorCode }) => `${name}: ${errorName(errorCode)}`),
    [
      'a: NONE',
      'b: NONE',
      'c: INVALID_REQUEST',
      'd: UNKNOWN_TOPIC_OR_PARTITION',
      'null: UNKNOWN_TOPIC_ID',
      'null: INVALID_REQUEST',
    ],
  )
})

test('A broker may be told not to delete topics.', async () => {
  await using broker = await serve({ 'delete.topic.enable': false })
  const ask = async (version: number): Promise<string> => {
    const request = { topicNames: ['a'], timeoutMs: 1000 }
    const { responses } = await broker.client.send(DeleteTopics, version, request)
    return errorName(responses[0]?.errorCode ?? 0)
  }
  assert.equal(await ask(2), 'INVALID_REQUEST')
  assert.equal(await ask(3), 'TOPIC_DELETION_DISABLED')
})

test('Topics grow and never shrink.', async () => {
  await using broker = await serve()
  const { client } = broker
  await create(client, [creatable('orders', { numPartitions: 2 })])
  const grow = async (count: number, brokers: number[][] | null = null): Promise<string> => {
    const assignments = brokers && brokers.map((brokerIds) => ({ brokerIds }))
    const { results } = await client.send(CreatePartitions, 3, {
      topics: [{ name: 'orders', count, assignments }],
      timeoutMs: 5000,
      validateOnly: false,
    })
    const [result] = results
    return `${errorName(result?.errorCode ?? 0)} ${result?.errorMessage ?? ''}`.trim()
  }
  assert.equal(await grow(300), 'NONE')
  assert.equal(await grow(301, [[1]]), 'NONE')
  assert.equal(await grow(301), 'INVALID_PARTITIONS Topic already has 301 partition(s).')
  assert.match(await grow(2), /^INVALID_PARTITIONS .* 2 would not be an increase\.$/)
  assert.match(await grow(303, [[1]]), /^INVALID_REPLICA_ASSIGNMENT Attempted to add 2 /)
  assert.match(await grow(302, [[9]]), /^INVALID_REPLICA_ASSIGNMENT /)
  const { topics } = await client.send(Metadata, 12, { topics: [{ name: 'orders' }] })
  assert.equal(topics[0]?.partitions.length, 301)
  assert.ok(topics[0]?.partitions.every(({ leaderId }) => leaderId === 1))
})

test('On one broker leaders need no election and partitions have nowhere to go.', async () => {
  await using broker = await serve()
  const { client } = broker
  await create(client, [creatable('orders', { numPartitions: 2 })])
  const elected = await client.send(ElectLeaders, 2, {
    electionType: 0,
    topicPartitions: [{ topic: 'orders', partitions: [0, 9] }],
  })
  assert.deepEqual(
    elected.replicaElectionResults[0]?.partitionResult.map((one) => errorName(one.errorCode)),
    ['ELECTION_NOT_NEEDED', 'UNKNOWN_TOPIC_OR_PARTITION'],
  )
  const all = await client.send(ElectLeaders, 2, { electionType: 0, topicPartitions: null })
  assert.deepEqual(all.replicaElectionResults, [])
  const moved = await client.send(AlterPartitionReassignments, 0, {
    topics: [
      {
        name: 'orders',
        partitions: [
          { partitionIndex: 0, replicas: [1] },
          { partitionIndex: 0, replicas: [2] },
          { partitionIndex: 1, replicas: null },
          { partitionIndex: 9, replicas: [1] },
        ],
      },
    ],
  })
  assert.deepEqual(
    moved.responses[0]?.partitions.map((one) => errorName(one.errorCode)),
    [
      'NONE',
      'INVALID_REPLICA_ASSIGNMENT',
      'NO_REASSIGNMENT_IN_PROGRESS',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ],
  )
  const moves = await client.send(ListPartitionReassignments, 0, { topics: null })
  assert.deepEqual([moves.errorCode, moves.topics], [0, []])
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
