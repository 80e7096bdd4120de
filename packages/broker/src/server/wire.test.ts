// What any client relies on at the level of frames, whatever it asks.

import assert from 'node:assert/strict'
import { connect as netConnect } from 'node:net'
import { test } from 'node:test'
import { ApiVersions, ListOffsets, Metadata, Produce } from '@samsa/protocol'
import { encodeRequest } from '@samsa/network'
import { batchOf, fetchFrom, produce, startTestBroker } from './testing/test-broker.ts'

/** Sends raw bytes; resolves to everything the broker sent until it closed the connection, or for `waitMs`. */
function talk(
  port: number,
  bytes: Buffer,
  waitMs = 2000,
): Promise<{ sent: Buffer; closed: boolean }> {
  return new Promise((resolve) => {
    const received: Buffer[] = []
    const socket = netConnect(port, '127.0.0.1', () => socket.write(bytes))
    const timer = setTimeout(() => finish(false), waitMs)
    const finish = (closed: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ sent: Buffer.concat(received), closed })
    }
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => finish(true))
  })
}

test('ApiVersions is answered from the handlers that exist, Produce from 0 on.', async () => {
  await using broker = await startTestBroker()
  await using client = await broker.connect()
  const versions = await client.versions('samsa-test', '1')
  assert.deepEqual(versions.get(0), { minVersion: 0, maxVersion: 13 })
  assert.deepEqual(versions.get(1), { minVersion: 4, maxVersion: 18 })
  assert.equal(versions.get(7), undefined)
})

test('An unknown version of ApiVersions gets a version 0 answer with error 35.', async () => {
  await using broker = await startTestBroker()
  const frame = Buffer.concat(encodeRequest(ApiVersions, 0, {}, 9, 'future'))
  frame.writeInt16BE(99, 6)
  const { sent } = await talk(broker.port, frame, 300)
  assert.equal(sent.readInt32BE(4), 9)
  const answer = ApiVersions.response.decode(0, sent, 8)
  assert.equal(answer.errorCode, 35)
  assert.deepEqual(answer.apiKeys, [{ apiKey: 18, minVersion: 0, maxVersion: 4 }])
})

test('A client that names itself badly is told so (KIP-511).', async () => {
  await using broker = await startTestBroker()
  await using client = await broker.connect()
  const named = { clientSoftwareName: 'bad name!', clientSoftwareVersion: '1' }
  const answer = await client.send(ApiVersions, 3, named)
  assert.equal(answer.errorCode, 42)
})

test('What follows a request in its frame is ignored, as librdkafka needs it to be.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('listed', [{}])
  const allTopics = '000000190003000d00000003000772646b61666b6100' + '00000000010000'
  const { sent } = await talk(broker.port, Buffer.from(allTopics, 'hex'), 300)
  const answer = Metadata.response.decode(13, sent, 9)
  assert.deepEqual(
    answer.topics.map(({ name }) => name),
    ['listed'],
  )
})

test('Hostile bytes end their own connection, with a reason, and no other.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('calm', [{}])
  await using calm = await broker.connect()
  const badBody = Buffer.concat(
    encodeRequest(ListOffsets, 1, { replicaId: -1, topics: [] }, 1, 'x'),
  )
  badBody.writeInt32BE(0x7fffffff, badBody.length - 4)
  const unknownKey = Buffer.concat(encodeRequest(Metadata, 0, { topics: [] }, 1, 'x'))
  unknownKey.writeInt16BE(999, 4)
  const unknownVersion = Buffer.concat(
    encodeRequest(Produce, 3, { acks: 1, timeoutMs: 1, topicData: [] }, 1, 'x'),
  )
  unknownVersion.writeInt16BE(77, 6)
  const hostile: Record<string, Buffer> = {
    'a negative length': Buffer.from('ffffffff00', 'hex'),
    'a length over the limit': Buffer.from('07ffffff00', 'hex'),
    'no header': Buffer.from('00000003000102', 'hex'),
    'a cut header': Buffer.from('0000000a00120000000000010fff', 'hex'),
    'a body that promises more than there is': badBody,
    'an unknown key': unknownKey,
    'an unknown version': unknownVersion,
    'another protocol': Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    'a TLS hello': Buffer.from('16030100ff', 'hex'),
  }
  for (const [what, bytes] of Object.entries(hostile)) {
    const { sent, closed } = await talk(broker.port, bytes)
    assert.equal(closed, true, what)
    assert.equal(sent.length, 0, what)
    assert.equal((await produce(calm, 'calm', batchOf('still here'))).errorCode, 0, what)
  }
  const reasons = broker.node.explain.recent().map((event) => event.reason)
  assert.equal(reasons.length, Object.keys(hostile).length)
  assert.ok(reasons.some((reason) => reason.includes('ListOffsetsRequest version 1, field topics')))
})

test('Random bytes never hurt anybody else.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('calm', [{}])
  await using calm = await broker.connect()
  const valid = Buffer.concat([
    ...encodeRequest(
      Produce,
      9,
      {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ name: 'calm', partitionData: [{ index: 0, records: batchOf('a', 'b') }] }],
      },
      1,
      'mutant',
    ),
  ])
  let seed = 99
  const next = (bound: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 8) % bound
  }
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const mutant = Buffer.from(valid)
      for (let i = 0; i < 1 + next(4); i++) mutant[4 + next(mutant.length - 4)] = next(256)
      await talk(broker.port, mutant, 100)
    }),
  )
  assert.equal((await produce(calm, 'calm', batchOf('still here'))).errorCode, 0)
})

test('Pipelined requests are answered in order, long polls included.', async () => {
  await using broker = await startTestBroker()
  broker.metadata.put('t', [{}])
  await using client = await broker.connect()
  const order: string[] = []
  const note = (what: string) => (): void => void order.push(what)
  await Promise.all([
    produce(client, 't', batchOf('a')).then(note('produce 1')),
    produce(client, 't', batchOf('b')).then(note('produce 2')),
    fetchFrom(client, 't', 2, { maxWaitMs: 50, minBytes: 1 }).then(note('long poll')),
    client.versions('x', '1').then(note('versions')),
  ])
  assert.deepEqual(order, ['produce 1', 'produce 2', 'long poll', 'versions'])
})

test('Connections over the limits are turned away; an idle one is closed.', async () => {
  await using broker = await startTestBroker([
    'max.connections.per.ip=2',
    'connections.max.idle.ms=200',
    'connection.failed.authentication.delay.ms=0',
  ])
  await using first = await broker.connect()
  await using second = await broker.connect()
  await first.versions('x', '1')
  await second.versions('x', '1')
  const third = await talk(broker.port, Buffer.alloc(0))
  assert.equal(third.closed, true)
  await first.closed
  await second.closed
  const reasons = broker.node.explain.recent().map((event) => event.reason)
  assert.ok(reasons.some((reason) => reason.includes('max.connections.per.ip')))
  assert.ok(reasons.some((reason) => reason.includes('connections.max.idle.ms')))
})
