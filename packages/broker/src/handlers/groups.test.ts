// Groups over the wire, on a broker with real sockets and a real log in memory: what clients of every age rely on.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { KafkaConnection } from '@samsa/network'
import {
  ConsumerGroupDescribe,
  ConsumerGroupHeartbeat,
  DeleteGroups,
  DescribeGroups,
  errorCode,
  FindCoordinator,
  Heartbeat,
  JoinGroup,
  LeaveGroup,
  ListGroups,
  OffsetCommit,
  OffsetDelete,
  OffsetFetch,
  type ResponseOf,
  SyncGroup,
} from '@samsa/protocol'
import { startTestBroker } from '../server/testing/test-broker.ts'

const FAST = [
  'group.initial.rebalance.delay.ms=0',
  'group.consumer.min.assignment.interval.ms=0',
  'group.consumer.assignment.interval.ms=0',
  'offsets.topic.num.partitions=3',
]
const METADATA = Buffer.from('0000000000010001740000000000', 'hex')

async function ready(connection: KafkaConnection): Promise<void> {
  const found = await connection.send(FindCoordinator, 3, { key: 'g', keyType: 0 })
  assert.equal(found.errorCode, 0)
}

function join(
  connection: KafkaConnection,
  version: number,
  groupId: string,
  memberId: string,
): Promise<ResponseOf<typeof JoinGroup>> {
  return connection.send(JoinGroup, version, {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: METADATA }],
  })
}

test('the coordinator is found in every version, where the client came in', async () => {
  await using broker = await startTestBroker(FAST)
  const connection = await broker.connect()
  for (const version of [0, 1, 2, 3]) {
    const found = await connection.send(FindCoordinator, version, { key: 'g' })
    assert.deepEqual([found.errorCode, found.nodeId, found.host], [0, 1, '127.0.0.1'])
  }
  for (const version of [4, 5, 6]) {
    const keys = ['one', 'two']
    const { coordinators } = await connection.send(FindCoordinator, version, {
      coordinatorKeys: keys,
    })
    assert.deepEqual(
      coordinators.map(({ key, nodeId }) => [key, nodeId]),
      [
        ['one', 1],
        ['two', 1],
      ],
    )
  }
  const strange = await connection.send(FindCoordinator, 3, { key: 'g', keyType: 9 })
  assert.equal(strange.errorCode, errorCode('INVALID_REQUEST'))
})

test('a member joins, syncs, lives and leaves in every version', async () => {
  await using broker = await startTestBroker(FAST)
  const connection = await broker.connect()
  await ready(connection)
  for (let version = 0; version <= 9; version++) {
    const groupId = `group-${version}`
    let joined = await join(connection, version, groupId, '')
    if (version >= 4) {
      assert.equal(joined.errorCode, errorCode('MEMBER_ID_REQUIRED'))
      joined = await join(connection, version, groupId, joined.memberId)
    }
    const { memberId, generationId, leader, protocolName, members } = joined
    assert.deepEqual(
      [joined.errorCode, generationId, protocolName, leader],
      [0, 1, 'range', memberId],
    )
    assert.deepEqual(members[0]?.metadata, METADATA)
    const assignments = [{ memberId, assignment: Buffer.from('mine') }]
    const names = { protocolType: 'consumer', protocolName: 'range' }
    const synced = await connection.send(SyncGroup, Math.min(version, 5), {
      groupId,
      generationId,
      memberId,
      assignments,
      ...(version >= 5 ? names : {}),
    })
    assert.deepEqual([synced.errorCode, synced.assignment.toString()], [0, 'mine'])
    const beat = { groupId, generationId, memberId }
    const alive = await connection.send(Heartbeat, Math.min(version, 4), beat)
    assert.equal(alive.errorCode, 0)
    const stale = await connection.send(Heartbeat, Math.min(version, 4), {
      ...beat,
      generationId: 9,
    })
    assert.equal(stale.errorCode, errorCode('ILLEGAL_GENERATION'))
    const leaving =
      version >= 3
        ? { groupId, members: [{ memberId }, { memberId: 'nobody' }] }
        : { groupId, memberId }
    const left = await connection.send(LeaveGroup, Math.min(version, 5), leaving)
    assert.equal(left.errorCode, 0)
    const codes = left.members.map((member) => member.errorCode)
    assert.deepEqual(codes, version >= 3 ? [0, errorCode('UNKNOWN_MEMBER_ID')] : [])
  }
})

test('from version 5 on SyncGroup must name the protocol', async () => {
  await using broker = await startTestBroker(FAST)
  const connection = await broker.connect()
  await ready(connection)
  const nameless = { groupId: 'g', generationId: 1, memberId: 'm', assignments: [] }
  const answer = await connection.send(SyncGroup, 5, nameless)
  assert.equal(answer.errorCode, errorCode('INCONSISTENT_GROUP_PROTOCOL'))
})

test('offsets are committed and fetched in every version, by name and by id', async () => {
  await using broker = await startTestBroker(FAST)
  const { topicId } = broker.metadata.put('t', [{}, {}])
  const connection = await broker.connect()
  await ready(connection)
  const unknownId = 'zzzzzzzzzzzzzzzzzzzzzA'
  for (let version = 1; version <= 10; version++) {
    const groupId = `group-${version}`
    const name = version < 10 ? { name: 't' } : { topicId }
    const unknown = version < 10 ? { name: 'nowhere' } : { topicId: unknownId }
    const offset = (partitionIndex: number) => ({
      partitionIndex,
      committedOffset: 40 + version,
      committedMetadata: 'said',
    })
    const committed = await connection.send(OffsetCommit, version, {
      groupId,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [
        { ...name, partitions: [offset(0), offset(7)] },
        { ...unknown, partitions: [offset(0)] },
      ],
    })
    const missing = errorCode(version < 10 ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'UNKNOWN_TOPIC_ID')
    assert.deepEqual(
      committed.topics.map(({ partitions }) => partitions.map((each) => each.errorCode)),
      [[errorCode('UNKNOWN_TOPIC_OR_PARTITION'), 0], [missing]],
      'what was refused before the group was asked comes first, as in Apache Kafka',
    )
    const topics = [{ ...name, partitionIndexes: [0, 1] }]
    const byName = [{ name: 't', partitionIndexes: [0, 1] }]
    const fetched =
      version < 8
        ? await connection.send(OffsetFetch, version, { groupId, topics: byName })
        : (await connection.send(OffsetFetch, version, { groups: [{ groupId, topics }] })).groups[0]
    assert.equal(fetched?.errorCode, 0)
    assert.deepEqual(
      fetched?.topics[0]?.partitions.map((each) => [each.committedOffset, each.metadata]),
      [
        [40 + version, 'said'],
        [-1, ''],
      ],
    )
    if (version < 2) continue
    const all =
      version < 8
        ? await connection.send(OffsetFetch, version, { groupId, topics: null })
        : (await connection.send(OffsetFetch, version, { groups: [{ groupId, topics: null }] }))
            .groups[0]
    assert.deepEqual(
      all?.topics[0]?.partitions.map((each) => each.partitionIndex),
      [0],
    )
  }
  const byUnknownId = { topicId: unknownId, partitionIndexes: [0] }
  const lost = await connection.send(OffsetFetch, 10, {
    groups: [{ groupId: 'group-10', topics: [byUnknownId] }],
  })
  const code = lost.groups[0]?.topics[0]?.partitions[0]?.errorCode
  assert.equal(code, errorCode('UNKNOWN_TOPIC_ID'))
})

test('groups are listed, described and deleted', async () => {
  await using broker = await startTestBroker(FAST)
  broker.metadata.put('t', [{}])
  const connection = await broker.connect()
  await ready(connection)
  const { memberId, generationId } = await join(connection, 3, 'g', '')
  const assignments = [{ memberId, assignment: Buffer.from('mine') }]
  await connection.send(SyncGroup, 3, { groupId: 'g', generationId, memberId, assignments })
  const partitions = [{ partitionIndex: 0, committedOffset: 3, committedMetadata: null }]
  await connection.send(OffsetCommit, 8, {
    groupId: 'g',
    generationIdOrMemberEpoch: generationId,
    memberId,
    topics: [{ name: 't', partitions }],
  })
  const filter = { statesFilter: ['stable'], typesFilter: ['CLASSIC'] }
  const { groups: listed } = await connection.send(ListGroups, 5, filter)
  assert.deepEqual(
    listed.map((each) => [each.groupId, each.groupState, each.groupType]),
    [['g', 'Stable', 'classic']],
  )
  const other = { statesFilter: ['Empty'], typesFilter: [] }
  assert.deepEqual((await connection.send(ListGroups, 4, other)).groups, [])
  for (let version = 0; version <= 6; version++) {
    const asked = version >= 3 ? { includeAuthorizedOperations: true } : {}
    const { groups } = await connection.send(DescribeGroups, version, {
      groups: ['g', 'x'],
      ...asked,
    })
    const [described, missing] = groups
    assert.deepEqual([described?.groupState, described?.protocolData], ['Stable', 'range'])
    assert.equal(described?.members[0]?.memberAssignment.toString(), 'mine')
    assert.equal(described?.members[0]?.clientHost, '/127.0.0.1')
    assert.equal(missing?.groupState, 'Dead')
    assert.equal(missing?.errorCode, version < 6 ? 0 : errorCode('GROUP_ID_NOT_FOUND'))
    if (version >= 3) assert.equal(described?.authorizedOperations, 3400)
  }
  const subscribed = [{ name: 't', partitions: [{ partitionIndex: 0 }, { partitionIndex: 8 }] }]
  const refused = await connection.send(OffsetDelete, 0, { groupId: 'g', topics: subscribed })
  assert.deepEqual(
    refused.topics[0]?.partitions.map((each) => each.errorCode),
    [errorCode('GROUP_SUBSCRIBED_TO_TOPIC'), errorCode('UNKNOWN_TOPIC_OR_PARTITION')],
  )
  const groupsNames = ['g', 'x']
  const kept = await connection.send(DeleteGroups, 2, { groupsNames })
  assert.deepEqual(
    kept.results.map((each) => each.errorCode),
    [errorCode('NON_EMPTY_GROUP'), errorCode('GROUP_ID_NOT_FOUND')],
  )
  await connection.send(LeaveGroup, 3, { groupId: 'g', members: [{ memberId }] })
  const gone = await connection.send(DeleteGroups, 2, { groupsNames: ['g'] })
  assert.deepEqual(
    gone.results.map((each) => each.errorCode),
    [0],
  )
})

test('a consumer group shares a topic among members that only send heartbeats', async () => {
  await using broker = await startTestBroker(FAST)
  const { topicId } = broker.metadata.put('t', [{}, {}])
  const connection = await broker.connect()
  await ready(connection)
  const beat = (memberId: string, memberEpoch: number, more: object = {}) =>
    connection.send(ConsumerGroupHeartbeat, 1, { groupId: 'c', memberId, memberEpoch, ...more })
  const joining = { rebalanceTimeoutMs: 60_000, subscribedTopicNames: ['t'], topicPartitions: [] }
  const first = await beat('first', 0, joining)
  assert.deepEqual(first.assignment?.topicPartitions, [{ topicId, partitions: [0, 1] }])
  const second = await beat('second', 0, joining)
  assert.deepEqual([second.errorCode, second.assignment?.topicPartitions], [0, []])
  const told = await beat('first', first.memberEpoch)
  const kept = told.assignment?.topicPartitions ?? []
  assert.deepEqual(kept, [{ topicId, partitions: [0] }])
  await beat('first', told.memberEpoch, { topicPartitions: kept })
  const given = await beat('second', second.memberEpoch, { topicPartitions: [] })
  assert.deepEqual(given.assignment?.topicPartitions, [{ topicId, partitions: [1] }])
  for (const version of [0, 1]) {
    const { groups } = await connection.send(ConsumerGroupDescribe, version, {
      groupIds: ['c', 'x'],
      includeAuthorizedOperations: false,
    })
    const [group, missing] = groups
    assert.deepEqual(
      [group?.groupState, group?.members.length, group?.assignorName],
      ['Stable', 2, 'uniform'],
    )
    assert.equal(group?.members[0]?.assignment.topicPartitions[0]?.topicName, 't')
    assert.equal(missing?.errorCode, errorCode('GROUP_ID_NOT_FOUND'))
  }
  const left = await beat('second', -1)
  assert.deepEqual([left.errorCode, left.memberEpoch], [0, -1])
})

test('heartbeats of consumer groups that make no sense are refused in so many words', async () => {
  await using broker = await startTestBroker(FAST)
  const connection = await broker.connect()
  await ready(connection)
  const joining = { rebalanceTimeoutMs: 1000, subscribedTopicNames: ['t'], topicPartitions: [] }
  const good = { groupId: 'c', memberId: 'm', memberEpoch: 0, ...joining }
  const bad: [object, string][] = [
    [{ groupId: '' }, "GroupId can't be empty."],
    [{ memberId: '' }, "MemberId can't be empty."],
    [{ instanceId: '' }, "InstanceId can't be empty."],
    [{ memberEpoch: -3 }, 'MemberEpoch is invalid.'],
    [{ memberEpoch: -2 }, "InstanceId can't be null."],
    [{ rebalanceTimeoutMs: -1 }, 'RebalanceTimeoutMs must be provided in first request.'],
    [{ topicPartitions: null }, 'TopicPartitions must be empty when (re-)joining.'],
  ]
  for (const [change, message] of bad) {
    const answer = await connection.send(ConsumerGroupHeartbeat, 1, { ...good, ...change })
    assert.deepEqual(
      [answer.errorCode, answer.errorMessage],
      [errorCode('INVALID_REQUEST'), message],
    )
  }
  const { memberId } = await connection.send(ConsumerGroupHeartbeat, 0, { ...good, memberId: '' })
  assert.match(memberId ?? '', /^[\w-]{22}$/)
})
