// What producers and consumers rely on, over the wire.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder, Fetch, Produce, readRecords, RecordBatch } from '@samsa/protocol'
import { batchOf, fetchFrom, produce, startTestBroker } from './testing/test-broker.ts'

function valuesOf(records: Buffer | null): string[] {
  const values: string[] = []
  for (let position = 0; records !== null && position < records.length; ) {
    const batch = new RecordBatch(records, position)
    for (const { value } of readRecords(batch).records) values.push(value?.toString() ?? '')
    position = batch.end
  }
  return values
}

test('What was acknowledged is read back, in order, with its offsets.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  for (const acks of [-1, 1, -1]) {
    const answer = await produce(client, 't', batchOf('a', 'b'), { acks })
    assert.equal(answer.errorCode, 0)
  }
  const fetched = await fetchFrom(client, 't', 0)
  assert.deepEqual(valuesOf(fetched.records), ['a', 'b', 'a', 'b', 'a', 'b'])
  assert.equal(fetched.highWatermark, 6)
  assert.equal(fetched.lastStableOffset, 6)
  assert.equal(fetched.logStartOffset, 0)
})

test('acks=0 gets no answer; when it fails the connection is closed.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  const request = (topic: string) => ({
    acks: 0,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records: batchOf('quiet') }] }],
  })
  client.tell(Produce, 9, request('t'))
  const fetched = await fetchFrom(client, 't', 0, { maxWaitMs: 1000, minBytes: 1 })
  assert.deepEqual(valuesOf(fetched.records), ['quiet'])
  client.tell(Produce, 9, request('nowhere'))
  await client.closed
})

test('A fetch in the middle of a batch returns the whole batch.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  await produce(client, 't', batchOf('a', 'b', 'c'))
  await produce(client, 't', batchOf('d'))
  const fetched = await fetchFrom(client, 't', 1)
  assert.deepEqual(valuesOf(fetched.records), ['a', 'b', 'c', 'd'])
})

test('A consumer at the end waits for the next record, and no longer than it said.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using producer = await broker.connect()
  await using consumer = await broker.connect()
  const startedAt = performance.now()
  const empty = await fetchFrom(consumer, 't', 0, { maxWaitMs: 60, minBytes: 1 })
  assert.ok(performance.now() - startedAt >= 59)
  assert.equal(empty.records?.length ?? 0, 0)
  const waiting = fetchFrom(consumer, 't', 0, { maxWaitMs: 10_000, minBytes: 1 })
  await produce(producer, 't', batchOf('now'))
  assert.deepEqual(valuesOf((await waiting).records), ['now'])
})

test('minBytes is waited for over several appends.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using producer = await broker.connect()
  await using consumer = await broker.connect()
  const size = batchOf('x').length
  const waiting = fetchFrom(consumer, 't', 0, { maxWaitMs: 10_000, minBytes: 3 * size })
  for (let i = 0; i < 3; i++) await produce(producer, 't', batchOf('x'))
  assert.deepEqual(valuesOf((await waiting).records), ['x', 'x', 'x'])
})

test('The first batch comes whole however small the limits; the next ones obey them.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  for (let i = 0; i < 4; i++) await produce(client, 't', batchOf('x'.repeat(100)))
  const one = await fetchFrom(client, 't', 0, { maxBytes: 1, partitionMaxBytes: 1 })
  assert.equal(valuesOf(one.records).length, 1)
  const size = one.records?.length ?? 0
  const two = await fetchFrom(client, 't', 0, { partitionMaxBytes: 2 * size + 10 })
  assert.equal(two.records?.length, 2 * size)
})

test('Each partition gets its own error, and the others are served.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}, { leader: 2, replicas: [2], isr: [2], leaderEpoch: 4 }])
  await using client = await broker.connect()
  const topicData = [
    {
      name: 't',
      partitionData: [
        { index: 0, records: batchOf('a') },
        { index: 1, records: batchOf('a') },
        { index: 2, records: batchOf('a') },
      ],
    },
    { name: 'unknown', partitionData: [{ index: 0, records: batchOf('a') }] },
  ]
  const answer = await client.send(Produce, 10, { acks: -1, timeoutMs: 1000, topicData })
  const codes = answer.responses.map((topic) =>
    topic.partitionResponses.map((one) => one.errorCode),
  )
  assert.deepEqual(codes, [[0, 6, 3], [3]])
  assert.deepEqual(answer.responses[0]?.partitionResponses[1]?.currentLeader, {
    leaderId: 2,
    leaderEpoch: 4,
  })
})

test('Offsets out of range and epochs of past and future have their own errors.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{ leaderEpoch: 5 }])
  await using client = await broker.connect()
  const code = async (offset: number, currentLeaderEpoch: number): Promise<number> =>
    (await fetchFrom(client, 't', offset, { currentLeaderEpoch, maxWaitMs: 5000, minBytes: 1 }))
      .errorCode
  assert.equal(await code(7, 5), 1)
  assert.equal(await code(0, 4), 74)
  assert.equal(await code(0, 6), 75)
})

test('Impossible acks, no records, and internal topics are refused.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  broker.metadata.put('__consumer_offsets', [{}])
  await using client = await broker.connect()
  assert.equal((await produce(client, 't', batchOf('a'), { acks: 2 })).errorCode, 21)
  assert.equal((await produce(client, 't', null)).errorCode, 87)
  assert.equal((await produce(client, '__consumer_offsets', batchOf('a'))).errorCode, 17)
})

test('zstd needs version 7, and records larger than max.message.bytes are refused.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}], { 'max.message.bytes': '2000' })
  await using client = await broker.connect()
  const builder = new BatchBuilder()
  builder.append(1_700_000_000_000, null, Buffer.from('squeezed'))
  const records = Buffer.from(builder.build({ compression: 'zstd' }))
  assert.equal((await produce(client, 't', records, { version: 6 })).errorCode, 76)
  assert.equal((await produce(client, 't', records, { version: 7 })).errorCode, 0)
  assert.equal((await produce(client, 't', batchOf('x'.repeat(3000)))).errorCode, 10)
})

test('A repeated idempotent batch gets its old offset; a gap is refused.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  const batch = (baseSequence: number): Buffer => {
    const builder = new BatchBuilder()
    builder.append(1_700_000_000_000, null, Buffer.from(`n${baseSequence}`))
    return Buffer.from(builder.build({ producerId: 7, producerEpoch: 0, baseSequence }))
  }
  for (const [sequence, offset] of [
    [0, 0],
    [1, 1],
    [0, 0],
    [1, 1],
  ] as const) {
    const answer = await produce(client, 't', batch(sequence))
    assert.deepEqual([answer.errorCode, answer.baseOffset], [0, offset])
  }
  assert.equal((await produce(client, 't', batch(5))).errorCode, 45)
  assert.deepEqual(valuesOf((await fetchFrom(client, 't', 0)).records), ['n0', 'n1'])
})

test('Version 13 names topics by id.', async () => {
  await using broker = await startTestBroker()
  const { topicId } = broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  const data = (id: string) => ({
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ topicId: id, partitionData: [{ index: 0, records: batchOf('by id') }] }],
  })
  const good = await client.send(Produce, 13, data(topicId))
  assert.equal(good.responses[0]?.partitionResponses[0]?.errorCode, 0)
  const bad = await client.send(Produce, 13, data('AAAAAAAAAAAAAAAAAAAAAQ'))
  assert.equal(bad.responses[0]?.partitionResponses[0]?.errorCode, 100)
  const fetchBy = (id: string) => ({
    maxWaitMs: 0,
    minBytes: 0,
    topics: [
      { topicId: id, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] },
    ],
  })
  const fetched = await client.send(Fetch, 16, fetchBy(topicId))
  const records = fetched.responses[0]?.partitions[0]?.records ?? null
  assert.deepEqual(valuesOf(records), ['by id'])
  const lost = await client.send(Fetch, 16, fetchBy('AAAAAAAAAAAAAAAAAAAAAQ'))
  assert.equal(lost.responses[0]?.partitions[0]?.errorCode, 100)
})

test('An incremental session tells news only, of any of its partitions.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}, {}])
  await using producer = await broker.connect()
  await using consumer = await broker.connect()
  const ask = (sessionId: number, sessionEpoch: number, fetchOffsets: readonly number[]) =>
    consumer.send(Fetch, 11, {
      maxWaitMs: 5000,
      minBytes: 1,
      sessionId,
      sessionEpoch,
      topics:
        fetchOffsets.length === 0
          ? []
          : [
              {
                topic: 't',
                partitions: fetchOffsets.map((fetchOffset, partition) => ({
                  partition,
                  fetchOffset,
                  partitionMaxBytes: 1000,
                })),
              },
            ],
      forgottenTopicsData: [],
    })
  await produce(producer, 't', batchOf('first'), { partition: 0 })
  const full = await ask(0, 0, [0, 0])
  assert.notEqual(full.sessionId, 0)
  assert.equal(full.responses[0]?.partitions.length, 2)
  const waiting = ask(full.sessionId, 1, [1])
  await produce(producer, 't', batchOf('second'), { partition: 1 })
  const news = await waiting
  assert.deepEqual(
    news.responses.flatMap((topic) => topic.partitions.map((one) => one.partitionIndex)),
    [1],
  )
  const stale = await ask(full.sessionId, 1, [])
  assert.equal(stale.errorCode, 71)
})

test('A topic that is deleted while a consumer waits ends the wait.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  await produce(client, 't', batchOf('a'))
  const waiting = fetchFrom(client, 't', 1, { maxWaitMs: 10_000, minBytes: 1 })
  setTimeout(() => broker.metadata.delete('t'), 20)
  assert.equal((await waiting).errorCode, 3)
})
