// The parts of the face that need no broker: where keys go, what messages and errors turn into, who waits for whom.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { type Clock, WorldError } from '@samsa/world'
import { AssignerProtocol } from './assigner-protocol.ts'
import { Batch } from './batch.ts'
import { KafkaJSConnectionError, KafkaJSProtocolError, translated } from './errors.ts'
import * as whole from './index.ts'
import { isoTime } from './iso-time.ts'
import { outgoing } from './messages.ts'
import { Partitioners } from './partitioners.ts'
import { Turns } from './turns.ts'

test('the module can be imported whole, as programs do with kafkajs', () => {
  assert.equal(whole.default.Kafka, whole.Kafka)
  assert.equal(whole.CompressionTypes.ZSTD, 4)
})

test('partitioners place keys as kafkajs does', () => {
  const partitionMetadata = Array.from({ length: 100 }, (_, partitionId) => {
    return { partitionErrorCode: 0, partitionId, leader: 1, replicas: [1], isr: [1] }
  })
  const place = (partitioner: () => ReturnType<typeof Partitioners.DefaultPartitioner>) => {
    const choose = partitioner()
    return ['', 'a', 'abc', 'a longer key'].map((key) => {
      return choose({ topic: 't', partitionMetadata, message: { key, value: null } })
    })
  }
  // What kafkajs 2.2.4 gives for the same.
  assert.deepEqual(place(Partitioners.DefaultPartitioner), [81, 24, 7, 59])
  assert.deepEqual(place(Partitioners.LegacyPartitioner), [84, 15, 7, 9])
})

test('messages become records, and one without value is named', () => {
  const record = outgoing('t', { key: 'k', value: Buffer.from('v'), headers: { a: ['1', '2'] } })
  assert.deepEqual(record.headers, [
    ['a', '1'],
    ['a', '2'],
  ])
  assert.throws(() => outgoing('t', { key: 'k' } as never), /without value for topic "t"/)
})

test('a batch knows its ends, and what is left of it', () => {
  const records = [5, 6, 8].map((offset) => ({
    topic: 't',
    partition: 1,
    offset,
    timestamp: 1,
    key: null,
    value: Buffer.from('x'),
    headers: [],
  }))
  const batch = Batch.of({ topic: 't', partition: 1, records, lag: 2 })
  assert.deepEqual([batch.firstOffset(), batch.lastOffset(), batch.highWatermark], ['5', '8', '11'])
  assert.deepEqual([batch.offsetLag(), batch.offsetLagLow()], ['2', '5'])
  assert.equal(batch.from(6).firstOffset(), '6')
})

test('errors of the client are those of kafkajs', () => {
  const exists = translated(new KafkaError('TOPIC_ALREADY_EXISTS'))
  assert.ok(exists instanceof KafkaJSProtocolError)
  assert.deepEqual(
    [exists.name, exists.type, exists.code],
    ['KafkaJSProtocolError', 'TOPIC_ALREADY_EXISTS', 36],
  )
  const lost = translated(new WorldError('reset', 'b:1', 'lost'))
  assert.ok(lost instanceof KafkaJSConnectionError)
  assert.equal(lost.broker, 'b:1')
})

test('what members tell each other is read and written', () => {
  const { MemberAssignment, MemberMetadata } = AssignerProtocol
  const metadata = { version: 1, topics: ['t'], userData: Buffer.from('u') }
  assert.deepEqual(MemberMetadata.decode(MemberMetadata.encode(metadata)), metadata)
  const assignment = { version: 1, assignment: { t: [0, 2] }, userData: Buffer.alloc(0) }
  assert.deepEqual(MemberAssignment.decode(MemberAssignment.encode(assignment)), assignment)
  assert.equal(MemberMetadata.decode(Buffer.alloc(0)), null)
})

test('times are written as ISO 8601', () => {
  for (const ms of [0, 951_782_400_000, 1_709_164_799_999, 1_795_459_640_394]) {
    assert.equal(isoTime({ now: () => ms } as Clock), new Date(ms).toISOString())
  }
})

test('turns are given in line', async () => {
  const turns = new Turns(1)
  const order: string[] = []
  const first = await turns.take()
  const second = turns.take().then((giveBack) => {
    order.push('second')
    return giveBack
  })
  order.push('first')
  first()
  first()
  const third = await second
  third()
  await turns.take()
  assert.deepEqual(order, ['first', 'second'])
})
