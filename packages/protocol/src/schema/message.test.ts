// What definitions promise to those who use them: defaults, versions, null, tags, and errors that
// say where.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CreateTopics, Fetch, LeaveGroup, ListOffsets, Metadata } from '../messages/index.ts'
import { OffsetCommitKey, OffsetCommitValue, Produce, TopicRecord } from '../messages/index.ts'
import { ConsumerGroupHeartbeat, InitProducerId } from '../messages/index.ts'
import { ProtocolError } from '../protocol-error.ts'
import type { RequestInput, RequestOf } from './index.ts'
import { array, bool, int32, int64, message, string, struct, uuid } from './index.ts'
import { decodeStored, encodeStored } from './index.ts'

test('a field has its default in versions that lack it, and when it is left out', () => {
  const input: RequestInput<typeof Fetch> = { maxWaitMs: 1, minBytes: 2, topics: [] }
  const bytes = Fetch.request.encode(4, input)
  const request: RequestOf<typeof Fetch> = Fetch.request.decode(4, bytes)
  assert.equal(request.sessionEpoch, -1)
  assert.equal(request.maxBytes, 2147483647)
  assert.deepEqual(request.replicaState, { replicaId: -1, replicaEpoch: -1 })
  assert.deepEqual(request.forgottenTopicsData, [])
})

test('null is refused by the versions that have none', () => {
  assert.equal(
    Metadata.request.decode(1, Metadata.request.encode(1, { topics: null })).topics,
    null,
  )
  assert.throws(() => Metadata.request.encode(0, { topics: null }), {
    name: 'ProtocolError',
    field: 'topics',
    message: /MetadataRequest version 0, field topics.*null/,
  })
})

test('a value that the version cannot carry is refused, unless it may be dropped', () => {
  const set = { groupId: 'g', members: [{ memberId: 'a' }] }
  assert.throws(() => LeaveGroup.request.encode(2, set), { name: 'UNSUPPORTED_VERSION' })
  assert.equal(LeaveGroup.request.decode(3, LeaveGroup.request.encode(3, set)).members.length, 1)
  // The rack of a consumer is ignorable: an old broker simply does not hear of it.
  const fetch = { maxWaitMs: 1, minBytes: 1, topics: [], rackId: 'eu-1' }
  assert.equal(Fetch.request.decode(10, Fetch.request.encode(10, fetch)).rackId, '')
})

test('an encoder names the field that has the wrong value', () => {
  const topics = [{ name: 'a', partitions: [{ partitionIndex: 0, timestamp: 2 ** 60 }] }]
  assert.throws(() => ListOffsets.request.encode(7, { replicaId: -1, topics }), {
    name: 'ProtocolError',
    messageName: 'ListOffsetsRequest',
    version: 7,
    field: 'topics[0].partitions[0].timestamp',
  })
  const wrong = { replicaId: 'x', topics: [] } as unknown as RequestInput<typeof ListOffsets>
  assert.throws(() => ListOffsets.request.encode(7, wrong), { field: 'replicaId' })
  const missing = {} as RequestInput<typeof ListOffsets>
  assert.throws(() => ListOffsets.request.encode(7, missing), { field: 'replicaId' })
  const holes = { replicaId: -1, topics: [undefined] } as unknown as typeof missing
  assert.throws(() => ListOffsets.request.encode(7, holes), { field: 'topics[0]' })
})

test('a decoder names the field and the byte', () => {
  const bytes = ListOffsets.request.encode(1, {
    replicaId: -1,
    topics: [{ name: 'ab', partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
  })
  assert.throws(() => ListOffsets.request.decode(1, bytes.subarray(0, bytes.length - 3)), {
    name: 'ProtocolError',
    field: 'topics[0].partitions',
    position: 12,
  })
  bytes.writeBigInt64BE(2n ** 62n, 20)
  assert.throws(() => ListOffsets.request.decode(1, bytes), {
    field: 'topics[0].partitions[0].timestamp',
    position: 20,
    reason: /unsafe/,
  })
  bytes.writeInt16BE(100, 8)
  assert.throws(() => ListOffsets.request.decode(1, bytes), {
    field: 'topics[0].name',
    position: 10,
  })
})

test('bytes that are left over, and versions that do not exist, are errors', () => {
  const bytes = Metadata.request.encode(1, { topics: [] })
  assert.throws(() => Metadata.request.decode(1, Buffer.concat([bytes, Buffer.from([0])])), {
    message: 'MetadataRequest version 1, at byte 4: 1 bytes are left over',
  })
  assert.throws(() => Metadata.request.decode(99, bytes), /versions 0 to 13/)
  assert.throws(() => Metadata.request.encode(-1, { topics: [] }), ProtocolError)
  assert.equal(Metadata.request.decodeFrom(1, Buffer.concat([bytes, bytes])).end, 4)
})

test('an array is held against the bytes that remain before anything is allocated', () => {
  const huge = Buffer.alloc(4 + 4 + 4)
  huge.writeInt32BE(2 ** 31 - 1, 4)
  assert.throws(() => ListOffsets.request.decode(1, huge), { field: 'topics' })
  const empty = message('Empty', { versions: [0, 1] }, { items: array({ late: int32.since(1) }) })
  // Elements of no size at all: still no more of them than bytes.
  assert.throws(() => empty.decode(0, huge.subarray(4, 8)), { field: 'items' })
})

test('unknown tagged fields are kept, and written again in order of tag', () => {
  const known = message(
    'Known',
    { versions: [0, 0], flexible: 0 },
    { a: int32.tagged(1), inner: struct({ b: string }).tagged(3), c: uuid.tagged(5) },
  )
  const later = message(
    'Later',
    { versions: [0, 0], flexible: 0 },
    {
      zero: bool.tagged(0),
      a: int32.tagged(1),
      two: string.tagged(2),
      inner: struct({ b: string, far: int64.tagged(0) }).tagged(3),
      c: uuid.tagged(5),
      nine: array(int32).tagged(9),
    },
  )
  const bytes = later.encode(0, {
    zero: true,
    a: 1,
    two: 'x'.repeat(300),
    inner: { b: 'y', far: 4 },
    nine: [1, 2],
  })
  const value = known.decode(0, bytes)
  assert.deepEqual(
    value.unknownTags?.map(({ tag }) => tag),
    [0, 2, 9],
  )
  assert.equal(value.inner.unknownTags?.length, 1)
  assert.deepEqual(known.encode(0, value), bytes)
  assert.throws(() => known.encode(0, { a: 1, unknownTags: [{ tag: 1, bytes: Buffer.alloc(0) }] }))
  const twice = [2, 2].map((tag) => ({ tag, bytes: Buffer.alloc(0) }))
  assert.throws(() => known.encode(0, { unknownTags: twice }), ProtocolError)
})

test('a message made of unknown tagged fields does not fill the heap', () => {
  const bomb = Buffer.alloc(1 << 20)
  // An empty list of topics, then as many tags of no bytes as there is room for.
  Buffer.from([1, 1, 0, 0xff, 0xff, 0x1f]).copy(bomb)
  assert.throws(() => Metadata.request.decode(12, bomb), { reason: /too many unknown tagged/ })
  assert.throws(() => Fetch.request.decode(15, bomb), ProtocolError)
})

test('a tagged struct equal to its default is not written', () => {
  const spelled = { replicaState: { replicaId: -1, replicaEpoch: -1 } }
  const rest = { maxWaitMs: 1, minBytes: 1, topics: [] }
  const bytes = Fetch.request.encode(17, rest)
  assert.deepEqual(Fetch.request.encode(17, { ...rest, ...spelled }), bytes)
  const decoded = Fetch.request.decode(17, bytes)
  assert.deepEqual(Fetch.request.encode(17, decoded), bytes)
})

test('a nullable struct is null, or there', () => {
  const heartbeat = { memberEpoch: 1, heartbeatIntervalMs: 5, memberId: 'm' }
  for (const assignment of [null, { topicPartitions: [] }]) {
    const bytes = ConsumerGroupHeartbeat.response.encode(0, { ...heartbeat, assignment })
    const value = ConsumerGroupHeartbeat.response.decode(0, bytes)
    assert.deepEqual(value.assignment, assignment)
  }
})

test('records are a view of the frame, and leave as the buffers that came', () => {
  const batches = [Buffer.alloc(4000, 1), Buffer.alloc(6000, 2)]
  const topicData = [{ name: 't', partitionData: [{ index: 0, records: batches }] }]
  const request = { acks: -1, timeoutMs: 5, topicData }
  const chunks = Produce.request.encodeChunks(9, request)
  assert.equal(chunks[1], batches[0])
  assert.equal(chunks[2], batches[1])
  const frame = Buffer.concat(chunks)
  assert.deepEqual(Produce.request.encode(9, request), frame)
  const records = Produce.request.decode(9, frame).topicData[0]?.partitionData[0]?.records
  assert.equal(records?.length, 10000)
  assert.equal(records?.buffer, frame.buffer)
})

test('an encoder may be called while another one runs', () => {
  const inner = { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  let nested: Buffer | undefined
  const topics = [
    {
      ...inner,
      get name(): string {
        nested = InitProducerId.request.encode(0, {
          transactionalId: null,
          transactionTimeoutMs: 1,
        })
        return 't'
      },
    },
  ]
  assert.deepEqual(
    CreateTopics.request.encode(4, { topics }),
    CreateTopics.request.encode(4, { topics: [inner] }),
  )
  assert.equal(nested?.length, 6)
})

test('records of a coordinator and of the metadata log stand behind their prefix', () => {
  const key = encodeStored(OffsetCommitKey, 0, { group: 'g', topic: 't', partition: 3 })
  assert.equal(key.readInt16BE(), 1)
  assert.equal(decodeStored(OffsetCommitKey, key).value.partition, 3)
  const committed = { offset: 8, metadata: '', commitTimestamp: 1 }
  const value = encodeStored(OffsetCommitValue, 3, committed)
  assert.equal(value.readInt16BE(), 3)
  assert.equal(decodeStored(OffsetCommitValue, value).version, 3)
  const topic = encodeStored(TopicRecord, 0, { name: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' })
  assert.deepEqual([...topic.subarray(0, 3)], [1, 2, 0])
  assert.equal(decodeStored(TopicRecord, topic).value.name, 't')
  assert.throws(() => decodeStored(OffsetCommitKey, value), { messageName: 'OffsetCommitKey' })
  assert.throws(() => decodeStored(OffsetCommitValue, Buffer.from([0, 99])), ProtocolError)
})
