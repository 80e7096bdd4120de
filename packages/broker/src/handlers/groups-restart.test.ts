// Groups outlive their broker: what was acknowledged is there after a restart from the same directory.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { KafkaConnection } from '@samsa/network'
import {
  ConsumerGroupHeartbeat,
  CreateTopics,
  FindCoordinator,
  Heartbeat,
  JoinGroup,
  OffsetCommit,
  OffsetFetch,
  SyncGroup,
} from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import { startBroker } from '../server/start-broker.ts'

test('members, generations and offsets are there after a restart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-groups-'))
  const settings = { 'group.initial.rebalance.delay.ms': 0, 'offsets.topic.num.partitions': 2 }
  try {
    const partitions = [{ partitionIndex: 0, committedOffset: 7, committedMetadata: 'seven' }]
    const topics = [{ name: 't', partitions }]
    let memberId = ''
    let memberEpoch = 0
    {
      await using broker = await startBroker({ directory, settings })
      await using connection = await connect(broker.port)
      const topic = {
        name: 't',
        numPartitions: 1,
        replicationFactor: 1,
        assignments: [],
        configs: [],
      }
      await connection.send(CreateTopics, 7, {
        topics: [topic],
        timeoutMs: 5000,
        validateOnly: false,
      })
      const joined = await connection.send(JoinGroup, 3, {
        groupId: 'classic',
        sessionTimeoutMs: 30_000,
        rebalanceTimeoutMs: 30_000,
        memberId: '',
        protocolType: 'consumer',
        protocols: [
          { name: 'range', metadata: Buffer.from('0000000000010001740000000000', 'hex') },
        ],
      })
      memberId = joined.memberId
      const assignments = [{ memberId, assignment: Buffer.from('mine') }]
      const member = { groupId: 'classic', generationId: 1, memberId }
      await connection.send(SyncGroup, 3, { ...member, assignments })
      const commit = { groupId: 'classic', generationIdOrMemberEpoch: 1, memberId, topics }
      await connection.send(OffsetCommit, 8, commit)
      const first = await connection.send(ConsumerGroupHeartbeat, 1, {
        groupId: 'consumer',
        memberId: 'somebody',
        memberEpoch: 0,
        rebalanceTimeoutMs: 30_000,
        subscribedTopicNames: ['t'],
        topicPartitions: [],
      })
      memberEpoch = first.memberEpoch
    }
    await using broker = await startBroker({ directory, settings })
    await using connection = await connect(broker.port)
    const member = { groupId: 'classic', generationId: 1, memberId }
    const alive = await connection.send(Heartbeat, 3, member)
    assert.equal(alive.errorCode, 0)
    const synced = await connection.send(SyncGroup, 3, { ...member, assignments: [] })
    assert.equal(synced.assignment.toString(), 'mine')
    const asked = [{ name: 't', partitionIndexes: [0] }]
    const fetched = await connection.send(OffsetFetch, 7, { groupId: 'classic', topics: asked })
    const [offset] = fetched.topics[0]?.partitions ?? []
    assert.deepEqual([offset?.committedOffset, offset?.metadata], [7, 'seven'])
    const beat = { groupId: 'consumer', memberId: 'somebody', memberEpoch }
    const goesOn = await connection.send(ConsumerGroupHeartbeat, 1, beat)
    assert.deepEqual([goesOn.errorCode, goesOn.memberEpoch], [0, memberEpoch])
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

/** A connection to a broker whose coordinator is ready. */
async function connect(port: number): Promise<KafkaConnection> {
  const connection = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  await connection.send(FindCoordinator, 3, { key: 'classic', keyType: 0 })
  await connection.send(FindCoordinator, 3, { key: 'consumer', keyType: 0 })
  return connection
}
