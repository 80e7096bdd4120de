// What users of compacted topics rely on: the newest value of every key stays, tombstones and transactions go in their
// time, offsets stay, and producers are not forgotten.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchWalk, buildTransactionMarker, readRecords } from '@samsa/protocol'
import { memoryDisk } from '@samsa/world/simulated'
import type { PartitionLog } from '../partition-log.ts'
import { batchOf, fixtureWorld, openDirectories, openLog, startMs } from '../testing/log-fixture.ts'
import { ManualClock } from '../testing/manual-clock.ts'

const topic = {
  'cleanup.policy': ['compact'],
  'segment.bytes': 400,
  'delete.retention.ms': 1000,
  'min.cleanable.dirty.ratio': 0.01,
}
const broker = { 'tail.cache.bytes': 0, 'transaction.partition.verification.enable': false }

async function contents(log: PartitionLog): Promise<string[]> {
  const found: string[] = []
  let offset = log.logStartOffset
  while (offset < log.logEndOffset) {
    const limits = { maxBytes: 1 << 20, minOneBatch: true, upTo: 'log-end' } as const
    const result = await log.read(offset, limits)
    const walk = new BatchWalk(Buffer.concat(result.chunks))
    while (walk.next()) {
      const { batch } = walk
      assert.ok(batch.verifyChecksum())
      if (batch.isControl) found.push(`${batch.baseOffset}:marker`)
      else if (batch.recordCount === 0) found.push(`${batch.baseOffset}:empty`)
      for (const record of batch.isControl ? [] : readRecords(batch).records) {
        found.push(`${record.offset}:${String(record.key)}=${String(record.value)}`)
      }
    }
    result.release()
    if (result.nextOffset === offset) break
    offset = result.nextOffset
  }
  return found
}

async function append(log: PartitionLog, key: string, value: string | null): Promise<void> {
  await log.appendAsLeader(batchOf([value], { key }), { leaderEpoch: 0 })
}

/** Rolls, so that what was appended before is in sealed segments. */
async function seal(log: PartitionLog, count = 1): Promise<void> {
  for (let i = 0; i < count; i += 1) await append(log, 'filler', 'f'.repeat(320))
  log.setHighWatermark(log.logEndOffset)
  await log.flush()
}

test('the newest record of each key stays at its offset', async () => {
  const world = fixtureWorld()
  const directories = await openDirectories(world, { topic, broker })
  const log = await openLog(directories)
  for (const round of [1, 2, 3]) {
    for (const key of ['a', 'b', 'c']) await append(log, key, `${key}${round}`)
  }
  await append(log, 'a', 'a4')
  await seal(log, 2)
  await directories.compact()
  const found = await contents(log)
  const expected = ['7:b=b3', '8:c=c3', '9:a=a4']
  assert.deepEqual(
    found.filter((each) => !each.includes('filler')),
    expected,
  )
  await directories.close()
  const reopened = await openDirectories(world, { topic, broker })
  const again = await openLog(reopened)
  assert.deepEqual(await contents(again), found)
  await reopened.close()
})

test('a tombstone stays for delete.retention.ms after the first cleaning that met it', async () => {
  const clock = new ManualClock(startMs)
  const directories = await openDirectories(fixtureWorld(memoryDisk(), clock), { topic, broker })
  const log = await openLog(directories)
  await append(log, 'a', 'old')
  await append(log, 'a', null)
  await append(log, 'b', 'kept')
  await seal(log, 2)
  await directories.compact()
  const tombstones = async (): Promise<string[]> =>
    (await contents(log)).filter((each) => each.includes(':a='))
  assert.deepEqual(await tombstones(), ['1:a=null'])
  clock.advance(1001)
  await append(log, 'c', 'dirty again')
  await seal(log, 2)
  await directories.compact()
  assert.deepEqual(await tombstones(), [])
  await directories.close()
})

test('aborted data goes at once, its marker later, and readers never see the data', async () => {
  const clock = new ManualClock(startMs)
  const directories = await openDirectories(fixtureWorld(memoryDisk(), clock), { topic, broker })
  const log = await openLog(directories)
  const producer = { producerId: 7, producerEpoch: 0, isTransactional: true }
  const leader = { leaderEpoch: 0 }
  const options = { ...leader, origin: 'coordinator', transactionVersion: 2 } as const
  const end = (type: 'abort' | 'commit', producerEpoch: number): Promise<unknown> =>
    log.appendAsLeader(
      buildTransactionMarker({
        type,
        producerId: 7,
        producerEpoch,
        coordinatorEpoch: 0,
        timestamp: startMs,
      }),
      options,
    )
  await log.appendAsLeader(batchOf(['no'], { ...producer, baseSequence: 0, key: 'a' }), leader)
  await end('abort', 1)
  const second = { ...producer, producerEpoch: 1, baseSequence: 0, key: 'b' }
  await log.appendAsLeader(batchOf(['yes'], second), leader)
  await end('commit', 2)
  await seal(log, 2)
  await directories.compact()
  const found = await contents(log)
  assert.ok(!found.some((each) => each.includes('=no')), 'aborted data is gone')
  assert.ok(found.includes('1:marker') && found.includes('3:marker'))
  assert.ok(found.includes('2:b=yes'))
  // The marker of the aborted transaction gets its horizon when it is met without data, and goes after it.
  for (let round = 0; round < 2; round += 1) {
    await append(log, `more${round}`, 'x')
    await seal(log, 2)
    await directories.compact()
    clock.advance(1001)
  }
  await append(log, 'last', 'x')
  await seal(log, 2)
  await directories.compact()
  const later = await contents(log)
  assert.ok(!later.includes('1:marker'), later.join())
  assert.ok(later.includes('2:b=yes') && later.includes('3:marker'))
  await directories.close()
})

test('the last batch of a live producer stays, empty if need be, and its sequence goes on', async () => {
  const world = fixtureWorld()
  const directories = await openDirectories(world, { topic, broker })
  const log = await openLog(directories)
  const producer = { producerId: 5, producerEpoch: 0, key: 'a' }
  await log.appendAsLeader(batchOf(['1', '2'], { ...producer, baseSequence: 0 }), {
    leaderEpoch: 0,
  })
  await append(log, 'a', 'newer')
  await seal(log, 3)
  await directories.compact()
  assert.ok((await contents(log)).includes('0:empty'))
  await directories.close()
  const reopened = await openDirectories(world, { topic, broker })
  const again = await openLog(reopened)
  const next = batchOf(['3'], { ...producer, baseSequence: 2 })
  await again.appendAsLeader(next, { leaderEpoch: 0 })
  await reopened.close()
})
