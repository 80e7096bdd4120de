// What whoever appends to and reads from a partition relies on.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchWalk, buildTransactionMarker, readRecords } from '@samsa/protocol'
import { SimulatedDisk } from '@samsa/world/simulated'
import type { PartitionLog } from './partition-log.ts'
import type { ReadResult } from './reads/read-result.ts'
import { batchOf, fixtureWorld, openDirectories, openLog, startMs } from './testing/log-fixture.ts'

async function values(log: PartitionLog, from = 0): Promise<string[]> {
  const found: string[] = []
  let offset = from
  while (offset < log.logEndOffset) {
    const result = await log.read(offset, { maxBytes: 1 << 20, minOneBatch: true, upTo: 'log-end' })
    found.push(
      ...valuesOf(result)
        .filter(({ offset: at }) => at >= from)
        .map((each) => each.value),
    )
    assert.ok(result.nextOffset > offset, 'a read gets on')
    offset = result.nextOffset
    result.release()
  }
  return found
}

function valuesOf(result: ReadResult): { offset: number; value: string }[] {
  const walk = new BatchWalk(Buffer.concat(result.chunks))
  const found: { offset: number; value: string }[] = []
  while (walk.next()) {
    if (walk.batch.isControl) continue
    for (const { offset, value } of readRecords(walk.batch).records) {
      found.push({ offset, value: String(value) })
    }
  }
  return found
}

test('records are read back in the order of the calls, from memory and after a restart', async () => {
  const world = fixtureWorld()
  const directories = await openDirectories(world)
  const log = await openLog(directories)
  const bytes = batchOf(['a', 'b'])
  const first = log.appendAsLeader(bytes, { leaderEpoch: 3 })
  bytes.fill(0)
  const second = log.appendAsLeader(batchOf(['c']), { leaderEpoch: 3 })
  assert.equal(log.logEndOffset, 0)
  assert.deepEqual(await first, {
    baseOffset: 0,
    lastOffset: 1,
    logAppendTimeMs: -1,
    logStartOffset: 0,
    isDuplicate: false,
  })
  assert.equal((await second).lastOffset, 2)
  assert.equal(log.logEndOffset, 3)
  assert.deepEqual(await values(log), ['a', 'b', 'c'])
  await directories.close()

  const reopened = await openDirectories(world)
  const again = reopened.log('orders', 0)
  assert.equal(again?.logEndOffset, 3)
  await again?.load()
  assert.ok(again)
  assert.equal(again.latestEpoch, 3)
  assert.deepEqual(await values(again), ['a', 'b', 'c'])
  assert.deepEqual(await values(again, 1), ['b', 'c'])
  await reopened.close()
})

test('after a crash everything written is found again, the damaged end is cut', async () => {
  const disk = new SimulatedDisk()
  const directories = await openDirectories(fixtureWorld(disk), { topic: { 'segment.bytes': 200 } })
  const log = await openLog(directories)
  for (const value of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await log.appendAsLeader(batchOf([value]), { leaderEpoch: 0 })
  }
  const before = await values(log)
  disk.killProcess()
  const names = (await disk.list('/data/orders-0')).filter((name) => name.endsWith('.log'))
  assert.ok(names.length > 2)
  const last = `/data/orders-0/${names.at(-1)}`
  const file = await disk.open(last, 'update')
  await file.truncate((await file.size()) - 3)
  await file.close()

  const reopened = await openDirectories(fixtureWorld(disk), { topic: { 'segment.bytes': 200 } })
  const again = await openLog(reopened)
  assert.deepEqual(await values(again), before.slice(0, -1))
  assert.equal(again.logEndOffset, 5)
  await again.appendAsLeader(batchOf(['g']), { leaderEpoch: 1 })
  assert.deepEqual(await values(again, 4), ['e', 'g'])
})

test('a reader of committed records stops at the high watermark, and at open transactions', async () => {
  const directories = await openDirectories(fixtureWorld())
  const log = await openLog(directories)
  await log.appendAsLeader(batchOf(['plain']), { leaderEpoch: 0 })
  const producer = { producerId: 7, producerEpoch: 0, baseSequence: 0, isTransactional: true }
  const refused = () => log.appendAsLeader(batchOf(['x'], producer), { leaderEpoch: 0 })
  assert.throws(refused, { name: 'INVALID_TXN_STATE' })
  const attempt = { producerEpoch: 0, sequence: 0, supportsEpochBump: true }
  const verificationGuard = log.startVerification(7, attempt)
  await log.appendAsLeader(batchOf(['in'], producer), { leaderEpoch: 0, verificationGuard })
  await log.appendAsLeader(batchOf(['after']), { leaderEpoch: 0 })
  const limits = { maxBytes: 1 << 20, minOneBatch: true }
  assert.deepEqual(valuesOf(await log.read(0, { ...limits, upTo: 'high-watermark' })), [])
  log.setHighWatermark(99)
  assert.equal(log.highWatermark, 3)
  assert.equal(log.lastStableOffset, 1)
  const stable = await log.read(0, { ...limits, upTo: 'last-stable' })
  assert.deepEqual(valuesOf(stable), [{ offset: 0, value: 'plain' }])

  const marker = { type: 'abort', producerId: 7, producerEpoch: 1, coordinatorEpoch: 4 } as const
  const bytes = buildTransactionMarker({ ...marker, timestamp: startMs })
  const options = { leaderEpoch: 0, origin: 'coordinator', transactionVersion: 2 } as const
  await log.appendAsLeader(bytes, options)
  assert.equal(log.lastStableOffset, 1, 'the marker is not replicated yet')
  log.setHighWatermark(4)
  assert.equal(log.lastStableOffset, 4)
  const all = await log.read(0, { ...limits, upTo: 'last-stable' })
  assert.deepEqual(all.abortedTransactions, [
    { producerId: 7, firstOffset: 1, lastOffset: 3, lastStableOffset: 4 },
  ])
  await directories.close()
})

test('the marker of the transaction before does not void what was found out about the next', async () => {
  const directories = await openDirectories(fixtureWorld())
  const log = await openLog(directories)
  const batch = (producerEpoch: number) => {
    return batchOf(['x'], { producerId: 7, producerEpoch, baseSequence: 0, isTransactional: true })
  }
  const verify = (producerEpoch: number, supportsEpochBump: boolean) =>
    log.startVerification(7, { producerEpoch, sequence: 0, supportsEpochBump })
  const mark = async (producerEpoch: number) => {
    const marker = { type: 'commit', producerId: 7, producerEpoch, coordinatorEpoch: 4 } as const
    const bytes = buildTransactionMarker({ ...marker, timestamp: startMs })
    const options = { leaderEpoch: 0, origin: 'coordinator', transactionVersion: 2 } as const
    await log.appendAsLeader(bytes, options)
  }
  const append = (producerEpoch: number, verificationGuard: ReturnType<typeof verify>) =>
    log.appendAsLeader(batch(producerEpoch), { leaderEpoch: 0, verificationGuard })
  await append(0, verify(0, true))
  const next = verify(1, true)
  await mark(1)
  await append(1, next)
  const late = verify(2, true)
  await mark(3)
  assert.throws(() => append(3, late), { name: 'INVALID_TXN_STATE' })
  await directories.close()
})

test('a repeated batch gets its old offsets, a gap in the sequence is refused', async () => {
  const directories = await openDirectories(fixtureWorld())
  const log = await openLog(directories)
  const batch = (baseSequence: number) =>
    batchOf(['a', 'b'], { producerId: 5, producerEpoch: 0, baseSequence })
  const options = { leaderEpoch: 0 }
  const first = log.appendAsLeader(batch(0), options)
  const repeated = await log.appendAsLeader(batch(0), options)
  assert.deepEqual([repeated.baseOffset, repeated.isDuplicate], [0, true])
  assert.equal(log.logEndOffset, 2, 'a repetition is answered when the original is written')
  await first
  assert.throws(() => log.appendAsLeader(batch(4), options), {
    name: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  })
  assert.equal((await log.appendAsLeader(batch(2), options)).baseOffset, 2)
  await directories.close()
})

test('a follower stores the leader’s bytes, truncates where they part, and knows the epochs', async () => {
  const directories = await openDirectories(fixtureWorld(), { topic: { 'segment.bytes': 150 } })
  const log = await openLog(directories)
  const batch = (baseOffset: number, partitionLeaderEpoch: number, value: string) =>
    batchOf([value, `${value}2`], { baseOffset, partitionLeaderEpoch })
  await log.appendAsFollower(Buffer.concat([batch(0, 0, 'a'), batch(2, 0, 'b')]))
  await log.appendAsFollower(batch(4, 2, 'c'))
  await log.appendAsFollower(batch(6, 3, 'd'))
  assert.deepEqual(log.endOffsetForEpoch(1), { epoch: 0, endOffset: 4 })
  assert.deepEqual(log.endOffsetForEpoch(3), { epoch: 3, endOffset: 8 })
  assert.throws(() => log.appendAsFollower(batch(6, 3, 'again')), { name: 'INVALID_RECORD' })
  await log.truncateTo(4)
  assert.equal(log.logEndOffset, 4)
  assert.equal(log.latestEpoch, 0)
  await log.appendAsFollower(batch(4, 5, 'e'))
  assert.deepEqual(await values(log), ['a', 'a2', 'b', 'b2', 'e', 'e2'])
  await log.truncateFullyAndStartAt(100)
  assert.deepEqual([log.logStartOffset, log.logEndOffset, log.latestEpoch], [100, 100, undefined])
  await directories.close()
})

test('reads stay within their bytes at whole batches, from memory as from disk', async () => {
  const broker = { 'tail.cache.bytes': 0 }
  for (const isEvicted of [false, true]) {
    const directories = await openDirectories(fixtureWorld(), { broker })
    const log = await openLog(directories)
    const value = 'v'.repeat(1000)
    for (let i = 0; i < 20; i += 1) await log.appendAsLeader(batchOf([value]), { leaderEpoch: 0 })
    if (isEvicted) {
      const big = batchOf(['x'.repeat(1_000_000)])
      for (let i = 0; i < 3; i += 1) await log.appendAsLeader(big, { leaderEpoch: 0 })
    }
    const size = batchOf([value]).length
    const read = (maxBytes: number, minOneBatch: boolean): number | Promise<number> => {
      const result = log.read(5, { maxBytes, minOneBatch, upTo: 'log-end' })
      assert.equal(result instanceof Promise, isEvicted)
      const count = (found: ReadResult): number => valuesOf(found).length
      return result instanceof Promise ? result.then(count) : count(result)
    }
    assert.equal(await read(size * 3 + 5, false), 3)
    assert.equal(await read(size - 1, true), 1)
    assert.equal(await read(size - 1, false), 0)
    assert.throws(() => log.read(100, { maxBytes: 1, minOneBatch: true, upTo: 'log-end' }), {
      name: 'OFFSET_OUT_OF_RANGE',
    })
    await directories.close()
  }
})

test('records are found by their timestamps', async () => {
  const directories = await openDirectories(fixtureWorld(), { topic: { 'segment.bytes': 200 } })
  const log = await openLog(directories)
  for (const [i, timestamp] of [10, 30, 20, 40, 35].entries()) {
    await log.appendAsLeader(batchOf([`v${i}`], { timestamp }), { leaderEpoch: 2 })
  }
  assert.deepEqual(await log.offsetForTimestamp(15), { offset: 1, timestamp: 30, leaderEpoch: 2 })
  assert.equal((await log.offsetForTimestamp(31))?.offset, 3)
  assert.equal(await log.offsetForTimestamp(41), undefined)
  assert.equal((await log.maxTimestampOffset())?.offset, 3)
  await directories.close()
})
