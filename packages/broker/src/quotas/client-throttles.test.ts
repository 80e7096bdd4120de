// What a quota means to clients: nothing below the limit, a time of silence above it, and the most specific one counts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import { AlterClientQuotas, CreateTopics, Fetch, Metadata, Produce } from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { startBroker } from '../server/start-broker.ts'
import { batchOf } from '../server/testing/test-broker.ts'
import { applyingQuota, byEntity } from './applying-quota.ts'
import { RateMeter } from './rate-meter.ts'

const windows = { count: 11, windowMs: 1000 }

test('A rate is measured over all windows, and silence brings it down to the limit.', () => {
  const meter = new RateMeter()
  meter.record(10_000, 0, windows)
  assert.equal(meter.throttleMs(1000, 0, windows), 0, 'ten seconds at the limit')
  meter.record(1000, 500, windows)
  const throttleMs = meter.throttleMs(1000, 500, windows)
  assert.ok(throttleMs > 0 && throttleMs <= 1000, `${throttleMs} ms`)
  assert.equal(meter.throttleMs(1, 20_000, windows), 0, 'what is long ago does not count')
})

test('The most specific quota counts, and who it is found for shares it.', () => {
  const quotas = byEntity([
    { entity: new Map([['user', 'ann']]), values: new Map([['producer_byte_rate', 1]]) },
    { entity: new Map([['user', null]]), values: new Map([['producer_byte_rate', 2]]) },
    {
      entity: new Map([
        ['client-id', 'app'],
        ['user', 'ann'],
      ]),
      values: new Map([['producer_byte_rate', 3]]),
    },
    { entity: new Map([['client-id', null]]), values: new Map([['consumer_byte_rate', 4]]) },
  ])
  const find = (key: string, user: string, client: string): number | undefined =>
    applyingQuota(quotas, key, user, client)?.limit
  assert.equal(find('producer_byte_rate', 'ann', 'app'), 3)
  assert.equal(find('producer_byte_rate', 'ann', 'other'), 1)
  assert.equal(find('producer_byte_rate', 'bob', 'app'), 2)
  assert.equal(find('consumer_byte_rate', 'ann', 'app'), 4)
  assert.equal(find('request_percentage', 'ann', 'app'), undefined)
  const group = (user: string, client: string): string | undefined =>
    applyingQuota(quotas, 'producer_byte_rate', user, client)?.group
  assert.equal(group('ann', 'one'), group('ann', 'two'))
  assert.notEqual(group('bob', 'one'), group('eve', 'one'))
})

test('Who is above his quota is told, and not heard until it is over.', async () => {
  const world = nodeWorld()
  await using broker = await startBroker({ memory: true })
  await using connection = await KafkaConnection.open(world.network, broker)
  await connection.send(CreateTopics, 5, {
    topics: [{ name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
    timeoutMs: 1000,
  })
  const send = async (bytes: number): Promise<number> => {
    const records = batchOf('x'.repeat(bytes))
    const answer = await connection.send(Produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
    })
    assert.equal(answer.responses[0]?.partitionResponses[0]?.errorCode, 0)
    return answer.throttleTimeMs
  }
  const limit = async (key: string, value: number, remove = false): Promise<void> => {
    const { entries } = await connection.send(AlterClientQuotas, 1, {
      entries: [
        {
          entity: [{ entityType: 'client-id', entityName: null }],
          ops: [{ key, value, remove }],
        },
      ],
      validateOnly: false,
    })
    assert.equal(entries[0]?.errorCode, 0)
  }
  assert.equal(await send(50_000), 0)
  await limit('producer_byte_rate', 10_000)
  assert.equal(await send(50_000), 0, 'a burst within the window')
  const throttleMs = await send(52_000)
  assert.ok(throttleMs > 0, 'above ten seconds of the rate')
  const askedAt = world.clock.monotonic()
  await connection.send(Metadata, 9, { topics: [] })
  assert.ok(world.clock.monotonic() - askedAt >= throttleMs * 0.9, `after ${throttleMs} ms`)
  await limit('producer_byte_rate', 0, true)
  assert.equal(await send(52_000), 0)
  await limit('consumer_byte_rate', 10_000)
  const fetched = await connection.send(Fetch, 11, {
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 1_000_000,
    topics: [
      { topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }] },
    ],
  })
  assert.ok(fetched.throttleTimeMs > 0)
})
