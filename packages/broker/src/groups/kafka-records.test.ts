// A log that Apache Kafka 4.4 wrote: its groups and offsets are found, and what we would write is what it wrote.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { BatchWalk, KafkaError, readRecords, type RecordBatch } from '@samsa/protocol'
import { memoryDisk, SeededRandom } from '@samsa/world/simulated'
import { fakeWorld } from '../coordinators/testing/fake-world.ts'
import { ManualClock } from '../coordinators/testing/manual-clock.ts'
import { MemoryPartitions } from '../coordinators/testing/memory-partitions.ts'
import { GroupCoordinator } from './group-coordinator.ts'
import {
  CLASSIC_GROUP,
  classicGroupRecord,
  classicGroupTombstone,
  decodeClassicGroup,
  decodeClassicGroupId,
} from './records/classic-records.ts'
import {
  decodeConsumerRecord,
  encodeConsumerRecord,
  isConsumerKeyType,
} from './records/consumer-records.ts'
import {
  decodeOffsetKey,
  decodeOffsetValue,
  OFFSET_COMMIT,
  offsetRecord,
} from './records/offset-records.ts'
import { type EncodedRecord, keyType } from './records/record-codec.ts'
import { FakeMetadata, FakeSettings } from './testing/fake-cluster.ts'

const log = readFileSync(join(import.meta.dirname, 'testdata', 'kafka-4.4-consumer-offsets.log'))

function eachBatch(use: (batch: RecordBatch) => void): void {
  const walk = new BatchWalk(log)
  while (walk.next()) use(walk.batch)
}

function again(key: Buffer, value: Buffer | null): EncodedRecord {
  const type = keyType(key)
  if (type === OFFSET_COMMIT) {
    const committed = value === null ? undefined : decodeOffsetValue(value, 0)
    return offsetRecord(decodeOffsetKey(key), committed)
  }
  if (type === CLASSIC_GROUP) {
    const groupId = decodeClassicGroupId(key)
    if (value === null) return classicGroupTombstone(groupId)
    return classicGroupRecord(decodeClassicGroup(groupId, value))
  }
  assert.ok(isConsumerKeyType(type), `type ${type}`)
  return encodeConsumerRecord(decodeConsumerRecord(type, key, value))
}

test('every record of Kafka is written again byte by byte', () => {
  let recordCount = 0
  eachBatch((batch) => {
    if (batch.isControl) return
    for (const { key, value, offset } of readRecords(batch).records) {
      assert.ok(key !== null)
      const written = again(key, value)
      assert.equal(written.key.toString('hex'), key.toString('hex'), `key at ${offset}`)
      const hex = written.value?.toString('hex')
      assert.equal(hex, value?.toString('hex'), `value at ${offset}`)
      recordCount += 1
    }
  })
  assert.equal(recordCount, 22)
})

test('the groups and offsets of a broker of Apache Kafka are taken over', async () => {
  const partitions = new MemoryPartitions('__consumer_offsets', 1)
  const batches: Buffer[] = []
  eachBatch((batch) => batches.push(Buffer.from(batch.slice())))
  for (const batch of batches) await partitions.append(0, batch)
  const clock = new ManualClock()
  const metadata = new FakeMetadata()
  const coordinator = new GroupCoordinator({
    world: fakeWorld(clock, new SeededRandom(1), memoryDisk()),
    settings: new FakeSettings(),
    groupConfigs: () => undefined,
    metadata: metadata.view,
    partitions,
  })
  await clock.advance(1)
  const { groups } = await coordinator.listGroups({ states: [], types: [] })
  assert.deepEqual(
    groups.map((each) => `${each.groupId} ${each.groupType} ${each.groupState}`),
    [
      'group-classic classic Stable',
      'group-consumer consumer Empty',
      'group-of-transaction classic Empty',
      'group-by-admin classic Empty',
    ],
  )
  const fetch = async (groupId: string): Promise<string[]> => {
    const request = { groupId, topics: null, requireStable: true, topicIds: new Map() }
    const topics = await coordinator.fetchOffsets({ ...request, memberId: null, memberEpoch: -1 })
    return topics.flatMap(({ topic, partitions: list }) =>
      list.map((each) => `${topic}/${each.partition}@${each.committedOffset}'${each.metadata}'`),
    )
  }
  assert.deepEqual(await fetch('group-classic'), ["codecs/0@7'metadata größe'", "txn/0@6''"])
  assert.deepEqual(await fetch('group-consumer'), ["codecs/0@7'metadata größe'", "txn/0@6''"])
  assert.deepEqual(await fetch('group-of-transaction'), [])
  assert.deepEqual(await fetch('group-by-admin'), ["epochs/0@3''"])
  const described = await coordinator.describeClassicGroup('group-classic')
  assert.deepEqual(
    [described.protocolData, described.members[0]?.groupInstanceId],
    ['range', 'instance-1'],
  )
  await assert.rejects(coordinator.deleteGroup('group-classic'), KafkaError)
  await coordinator.deleteGroup('group-by-admin')
  coordinator.stop()
})
