// Transactions as producers and consumers live them, over the wire, in both versions of the protocol.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaConnection } from '@samsa/network'
import { type TestBroker, startTestBroker } from '../server/testing/test-broker.ts'
import { committedOffset, RawProducer, readCommitted } from './testing/raw-producer.ts'

interface Scene extends AsyncDisposable {
  readonly broker: TestBroker
  readonly client: KafkaConnection
  producer(transactionalId: string, version: 1 | 2): Promise<RawProducer>
}

async function scene(set: readonly string[] = []): Promise<Scene> {
  const few = ['transaction.state.log.num.partitions=3', 'offsets.topic.num.partitions=3']
  const broker = await startTestBroker([...few, ...set])
  broker.metadata.put('orders', [{}, {}])
  broker.metadata.put('audit', [{}])
  const client = await broker.connect()
  const { transactions, groups } = broker.node.services
  return {
    broker,
    client,
    async producer(transactionalId, version) {
      await transactions.coordinatorOf(transactionalId)
      await groups.coordinatorOf('readers')
      const producer = new RawProducer(client, transactionalId, version)
      assert.equal(await producer.init(), 'NONE')
      return producer
    },
    async [Symbol.asyncDispose]() {
      await client.close()
      await broker[Symbol.asyncDispose]()
    },
  }
}

/** Asks until the transaction's markers are written. */
async function settled(stage: Scene, transactionalId: string): Promise<string> {
  const { transactions } = stage.broker.node.services
  await transactions.completion(transactionalId)
  return (await transactions.describe(transactionalId)).transactionState
}

for (const version of [1, 2] as const) {
  test(`Committed records are seen once the transaction is (version ${version}).`, async () => {
    await using stage = await scene()
    const producer = await stage.producer('app', version)
    if (version === 1) {
      assert.equal(await producer.addPartitions('orders', [0, 1]), 'NONE')
      assert.equal(await producer.addPartitions('audit', [0]), 'NONE')
    }
    assert.equal(await producer.produce('orders', ['a', 'b']), 'NONE')
    assert.equal(await producer.produce('orders', ['c'], { partition: 1 }), 'NONE')
    assert.equal(await producer.produce('audit', ['d']), 'NONE')
    const before = await readCommitted(stage.client, 'orders')
    assert.deepEqual([before.values, before.lastStableOffset, before.highWatermark], [[], 0, 2])
    assert.equal(await producer.end(true), 'NONE')
    assert.equal(await settled(stage, 'app'), 'CompleteCommit')
    const after = await readCommitted(stage.client, 'orders')
    assert.deepEqual([after.values, after.lastStableOffset], [['a', 'b'], 3])
    assert.deepEqual((await readCommitted(stage.client, 'orders', 1)).values, ['c'])
    assert.deepEqual((await readCommitted(stage.client, 'audit')).values, ['d'])
  })

  test(`Aborted records are never seen, what follows is (version ${version}).`, async () => {
    await using stage = await scene()
    const producer = await stage.producer('app', version)
    for (const [value, isCommit] of [
      ['lost', false],
      ['kept', true],
      ['gone', false],
    ] as const) {
      if (version === 1) assert.equal(await producer.addPartitions('orders', [0]), 'NONE')
      assert.equal(await producer.produce('orders', [value]), 'NONE')
      assert.equal(await producer.end(isCommit), 'NONE')
      await settled(stage, 'app')
    }
    const { values, lastStableOffset } = await readCommitted(stage.client, 'orders')
    assert.deepEqual([values, lastStableOffset], [['kept'], 6])
  })

  test(`Offsets of a transaction count with its records (version ${version}).`, async () => {
    await using stage = await scene()
    const producer = await stage.producer('app', version)
    assert.equal(await producer.commitOffset('readers', 'orders', 7), 'NONE')
    const open = await committedOffset(stage.client, 'readers', 'orders')
    assert.equal(open, 'UNSTABLE_OFFSET_COMMIT')
    assert.equal(await producer.end(false), 'NONE')
    await settled(stage, 'app')
    assert.equal(await committedOffset(stage.client, 'readers', 'orders'), -1)
    assert.equal(await producer.commitOffset('readers', 'orders', 9), 'NONE')
    assert.equal(await producer.end(true), 'NONE')
    await settled(stage, 'app')
    assert.equal(await committedOffset(stage.client, 'readers', 'orders'), 9)
  })

  test(`A new producer aborts what the old one left open (version ${version}).`, async () => {
    await using stage = await scene()
    const old = await stage.producer('app', version)
    if (version === 1) await old.addPartitions('orders', [0])
    assert.equal(await old.produce('orders', ['zombie']), 'NONE')
    const young = await stage.producer('app', version)
    assert.equal(young.producerId, old.producerId)
    assert.ok(young.producerEpoch > old.producerEpoch)
    assert.equal(await old.produce('orders', ['more']), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await old.end(true), 'PRODUCER_FENCED')
    assert.equal(await old.commitOffset('readers', 'orders', 1), fencedWord(version))
    if (version === 1) await young.addPartitions('orders', [0])
    assert.equal(await young.produce('orders', ['fresh']), 'NONE')
    assert.equal(await young.end(true), 'NONE')
    await settled(stage, 'app')
    assert.deepEqual((await readCommitted(stage.client, 'orders')).values, ['fresh'])
  })
}

/** AddOffsetsToTxn tells it plainly, the group's coordinator as producers know it from writing. */
function fencedWord(version: 1 | 2): string {
  return version === 1 ? 'PRODUCER_FENCED' : 'INVALID_PRODUCER_EPOCH'
}

test('A partition that was not added takes no records, in words the client knows.', async () => {
  await using stage = await scene()
  const producer = await stage.producer('app', 1)
  const produce = (apiVersion: number): Promise<string> =>
    producer.produce('orders', ['stray'], { apiVersion })
  assert.equal(await produce(9), 'INVALID_TXN_STATE')
  assert.equal(await produce(11), 'TRANSACTION_ABORTABLE')
  assert.equal((await readCommitted(stage.client, 'orders')).highWatermark, 0)
})

// The hole of KAFKA-17754: a record of a transaction that was ended arrives late and becomes part of the next one.
test('A late record of an ended transaction does not enter the next one (version 2).', async () => {
  await using stage = await scene()
  const producer = await stage.producer('app', 2)
  const late = new RawProducer(stage.client, 'app', 2)
  late.producerId = producer.producerId
  late.producerEpoch = producer.producerEpoch
  assert.equal(await producer.end(false), 'NONE')
  assert.equal(await late.produce('orders', ['late']), 'INVALID_PRODUCER_EPOCH')
  assert.equal(await producer.produce('orders', ['next']), 'NONE')
  assert.equal(await producer.end(true), 'NONE')
  await settled(stage, 'app')
  assert.deepEqual((await readCommitted(stage.client, 'orders')).values, ['next'])
})

test('Aborted records are never seen when the transaction that began first is the last to end.', async () => {
  await using stage = await scene()
  const [early, late] = [await stage.producer('early', 2), await stage.producer('late', 2)]
  assert.equal(await early.produce('orders', ['lost']), 'NONE')
  assert.equal(await late.produce('orders', ['gone']), 'NONE')
  for (const producer of [late, early]) {
    assert.equal(await producer.end(false), 'NONE')
    await settled(stage, producer.transactionalId)
  }
  assert.deepEqual((await readCommitted(stage.client, 'orders')).values, [])
})

test('A transaction that runs past its timeout is aborted, and its producer fenced.', async () => {
  const often = 'transaction.abort.timed.out.transaction.cleanup.interval.ms=20'
  await using stage = await scene([often])
  const producer = await stage.producer('app', 1)
  assert.equal(await producer.init(50), 'NONE')
  await producer.addPartitions('orders', [0])
  assert.equal(await producer.produce('orders', ['slow']), 'NONE')
  const { transactions } = stage.broker.node.services
  for (;;) {
    const { transactionState } = await transactions.describe('app')
    if (transactionState === 'CompleteAbort') break
    await stage.broker.world.clock.sleep(5)
  }
  assert.equal(await producer.end(true), 'PRODUCER_FENCED')
  assert.deepEqual((await readCommitted(stage.client, 'orders')).lastStableOffset, 2)
  const why = transactions.explain('app').map(({ kind }) => kind)
  assert.deepEqual(why, ['initialized', 'initialized', 'timed-out', 'completed'])
})

test('Why readers are stuck can be told: by whom, since when, for which transaction.', async () => {
  const often = 'transaction.abort.timed.out.transaction.cleanup.interval.ms=10'
  await using stage = await scene([often])
  const { transactions, replicas } = stage.broker.node.services
  const partition = replicas.partition('orders', 0)
  assert.equal(await transactions.explainUnstable(partition), undefined)
  const producer = await stage.producer('app', 2)
  assert.equal(await producer.produce('orders', ['open']), 'NONE')
  const why = await transactions.explainUnstable(partition)
  assert.equal(why?.producerId, producer.producerId)
  assert.deepEqual([why?.startOffset, why?.transactionalId, why?.state], [0, 'app', 'Ongoing'])
  // Its records are dated long ago, so it looks as if its coordinator had forgotten it.
  while (transactions.stuckPartitions().length === 0) await stage.broker.world.clock.sleep(5)
  const [stuck] = transactions.stuckPartitions()
  assert.deepEqual([stuck?.topic, stuck?.partition, stuck?.startOffset], ['orders', 0, 0])
  assert.equal(await producer.end(true), 'NONE')
  await settled(stage, 'app')
  while (transactions.stuckPartitions().length > 0) await stage.broker.world.clock.sleep(5)
  assert.equal(await transactions.explainUnstable(partition), undefined)
})
