// What admin clients rely on when they create, grow, move and delete topics.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreatePartitions,
  CreateTopics,
  DeleteTopics,
  ElectLeaders,
  errorName,
  AlterPartitionReassignments,
  ListPartitionReassignments,
  Metadata,
  ZERO_UUID,
} from '@samsa/protocol'
import { type Creatable, creatable, create, serve } from './testing/served-broker.ts'

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
