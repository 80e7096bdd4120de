// What a broker relies on when it asks another one: found by id, asked in a version both know, told what went wrong.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddOffsetsToTxn, DescribeCluster, Metadata } from '@samsa/protocol'
import { FixedMetadata } from '../replicas/testing/fixed-metadata.ts'
import { startTestBroker, type TestBroker } from '../server/testing/test-broker.ts'
import { ConnectedPeers } from './broker-peers.ts'

function peersOf({ world }: TestBroker, metadata: FixedMetadata): ConnectedPeers {
  return new ConnectedPeers(world, { brokerId: 2, metadata, listenerName: 'PLAINTEXT' })
}

const question = { topics: [], allowAutoTopicCreation: false }
const options = { timeoutMs: 5000 }
const cluster = { includeClusterAuthorizedOperations: false }

test('a broker is found by its id and asked in the highest version of both', async () => {
  await using other = await startTestBroker()
  const metadata = new FixedMetadata()
  metadata.register(1, other.port)
  const peers = peersOf(other, metadata)
  const answer = await peers.request(1, Metadata, question, options)
  assert.equal(answer.clusterId, 'test-cluster-id-000000')
  const older = await peers.request(1, Metadata, question, { ...options, maxVersion: 4 })
  assert.equal(older.controllerId, 1)
  await assert.rejects(peers.request(7, Metadata, question, options), {
    name: 'BROKER_NOT_AVAILABLE',
  })
  peers.close()
  await assert.rejects(peers.request(1, Metadata, question, options), {
    name: 'BROKER_NOT_AVAILABLE',
  })
})

test('requests of one channel are answered in order, those of another do not wait for them', async () => {
  await using other = await startTestBroker()
  const metadata = new FixedMetadata()
  metadata.register(1, other.port)
  const peers = peersOf(other, metadata)
  const answers: string[] = []
  const ask = async (name: string, channel: string): Promise<void> => {
    await peers.request(1, DescribeCluster, cluster, { ...options, channel })
    answers.push(name)
  }
  await Promise.all([ask('first', 'a'), ask('second', 'a'), ask('beside', 'b')])
  assert.deepEqual(
    answers.filter((name) => name !== 'beside'),
    ['first', 'second'],
  )
  assert.equal(answers.length, 3)
  peers.close()
})

test('what the other broker does not serve is refused here', async () => {
  await using other = await startTestBroker()
  const metadata = new FixedMetadata()
  metadata.register(1, other.port)
  const peers = peersOf(other, metadata)
  const body = { transactionalId: 't', producerId: 1, producerEpoch: 0, groupId: 'g' }
  const old = { ...options, maxVersion: -1 }
  await assert.rejects(peers.request(1, AddOffsetsToTxn, body, old), {
    name: 'UNSUPPORTED_VERSION',
  })
  peers.close()
})

test('a broker that comes back under a new registration is asked at its new address', async () => {
  const metadata = new FixedMetadata()
  const first = await startTestBroker()
  metadata.register(1, first.port)
  const peers = peersOf(first, metadata)
  await peers.request(1, Metadata, question, options)
  await first[Symbol.asyncDispose]()
  await assert.rejects(peers.request(1, Metadata, question, options), {
    name: 'NETWORK_EXCEPTION',
  })
  await using second = await startTestBroker()
  metadata.register(1, second.port)
  const answer = await peers.request(1, Metadata, question, options)
  assert.equal(answer.brokers.length, 1)
  peers.close()
})

test('a broker that does not answer in time fails the request, and is connected to anew', async () => {
  await using other = await startTestBroker()
  const metadata = new FixedMetadata()
  const { world } = other
  const silent = await world.network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    connection.start({ data: () => {}, drained: () => {}, closed: () => {} })
  })
  metadata.register(1, silent.address.port)
  const peers = peersOf(other, metadata)
  await assert.rejects(peers.request(1, Metadata, question, { timeoutMs: 30 }), {
    name: 'REQUEST_TIMED_OUT',
  })
  metadata.register(1, other.port)
  const answer = await peers.request(1, Metadata, question, options)
  assert.equal(answer.clusterId, 'test-cluster-id-000000')
  peers.close()
  await silent.close()
})
