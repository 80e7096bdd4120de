// What idempotent producers rely on before their first record.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode, InitProducerId } from '@samsa/protocol'
import { startTestBroker } from '../server/testing/test-broker.ts'

test('Every idempotent producer gets an id of its own, in every version.', async () => {
  await using broker = await startTestBroker()
  await using client = await broker.connect()
  const ids = new Set<number>()
  for (let version = 0; version <= 5; version++) {
    const request = { transactionalId: null, transactionTimeoutMs: 60_000 }
    const answer = await client.send(InitProducerId, version, request)
    assert.equal(answer.errorCode, 0)
    assert.equal(answer.producerEpoch, 0)
    ids.add(answer.producerId)
  }
  assert.equal(ids.size, 6)
})

test('A transactional id gets the next epoch each time, and keeps its producer id.', async () => {
  await using broker = await startTestBroker(['transaction.state.log.num.partitions=3'])
  await using client = await broker.connect()
  await broker.node.services.transactions.coordinatorOf('orders')
  const request = { transactionalId: 'orders', transactionTimeoutMs: 60_000 }
  const first = await client.send(InitProducerId, 5, request)
  const second = await client.send(InitProducerId, 5, request)
  assert.deepEqual([first.errorCode, first.producerEpoch], [0, 0])
  assert.deepEqual([second.producerId, second.producerEpoch], [first.producerId, 1])
})

test('An outdated epoch is fenced, in the words its version knows.', async () => {
  await using broker = await startTestBroker(['transaction.state.log.num.partitions=3'])
  await using client = await broker.connect()
  await broker.node.services.transactions.coordinatorOf('orders')
  const request = { transactionalId: 'orders', transactionTimeoutMs: 60_000 }
  const { producerId } = await client.send(InitProducerId, 5, request)
  await client.send(InitProducerId, 5, request)
  const outdated = { ...request, producerId, producerEpoch: 0 }
  const told = await client.send(InitProducerId, 4, outdated)
  assert.equal(told.errorCode, errorCode('PRODUCER_FENCED'))
  const toldOld = await client.send(InitProducerId, 3, outdated)
  assert.equal(toldOld.errorCode, errorCode('INVALID_PRODUCER_EPOCH'))
})

test('Impossible wishes are refused: timeouts, empty ids, an id without its epoch.', async () => {
  await using broker = await startTestBroker()
  await using client = await broker.connect()
  const ask = async (wish: object): Promise<number> => {
    const request = { transactionalId: 'a', transactionTimeoutMs: 1000, ...wish }
    return (await client.send(InitProducerId, 5, request)).errorCode
  }
  assert.equal(
    await ask({ transactionTimeoutMs: 900_001 }),
    errorCode('INVALID_TRANSACTION_TIMEOUT'),
  )
  assert.equal(await ask({ transactionTimeoutMs: 0 }), errorCode('INVALID_TRANSACTION_TIMEOUT'))
  assert.equal(await ask({ transactionalId: '' }), errorCode('INVALID_REQUEST'))
  assert.equal(await ask({ producerId: 5 }), errorCode('INVALID_REQUEST'))
  assert.equal(await ask({}), errorCode('NOT_COORDINATOR'))
})
