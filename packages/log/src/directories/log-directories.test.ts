// What an operator relies on: full and failing disks, several directories, deletion, retention, who owns a directory.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulatedDisk } from '@samsa/world/simulated'
import type { PartitionLog } from '../partition-log.ts'
import { batchOf, fixtureWorld, openDirectories, openLog, startMs } from '../testing/log-fixture.ts'
import { ManualClock } from '../testing/manual-clock.ts'

const topicId = 'hMhOfsn3QrO9EGk80VnyFQ'

async function append(log: PartitionLog, value: string, timestamp = startMs): Promise<number> {
  return (await log.appendAsLeader(batchOf([value], { timestamp }), { leaderEpoch: 0 })).lastOffset
}

test('a full disk refuses writes, serves reads, and takes writes again when there is room', async () => {
  const clock = new ManualClock(startMs)
  const disk = new SimulatedDisk()
  const directories = await openDirectories(fixtureWorld(disk, clock))
  const log = await openLog(directories)
  await append(log, 'kept')
  disk.faults.capacityBytes = disk.usedBytes + 10
  await assert.rejects(append(log, 'refused'), { name: 'KAFKA_STORAGE_ERROR' })
  assert.throws(() => log.appendAsLeader(batchOf(['x']), { leaderEpoch: 0 }), {
    name: 'KAFKA_STORAGE_ERROR',
  })
  assert.equal(directories.directories()[0]?.isFull, true)
  const read = await log.read(0, { maxBytes: 1000, minOneBatch: true, upTo: 'log-end' })
  assert.equal(read.nextOffset, 1)
  read.release()
  disk.faults.capacityBytes = Number.POSITIVE_INFINITY
  clock.advance(1000)
  await new Promise<void>((resolve) => setImmediate(resolve))
  assert.equal(await append(log, 'taken'), 1, 'the refused record left no gap')
  await directories.close()
})

test('a directory that fails goes offline alone', async () => {
  const disk = new SimulatedDisk()
  const topic = { 'flush.messages': 1 }
  const options = { directories: ['/one', '/two'], topic }
  const directories = await openDirectories(fixtureWorld(disk), options)
  const first = await directories.create('orders', 0, { topicId, directory: '/one' })
  const second = await directories.create('orders', 1, { topicId, directory: '/two' })
  let failed = ''
  directories.onOffline = (path) => {
    failed = path
  }
  disk.faults.failOnce({ operation: 'sync', path: '/one/orders-0' })
  await assert.rejects(append(first, 'lost'), { name: 'KAFKA_STORAGE_ERROR' })
  assert.equal(failed, '/one')
  assert.equal(await append(second, 'kept'), 0)
  const third = await directories.create('orders', 2, { topicId })
  assert.match(third.directory, /^\/two/)
  await directories.close()
})

test('retention takes old segments off the start, and the start survives a restart', async () => {
  const clock = new ManualClock(startMs)
  const world = fixtureWorld(new SimulatedDisk(), clock)
  const topic = { 'segment.bytes': 100, 'retention.ms': 60_000 }
  const directories = await openDirectories(world, { topic })
  const log = await openLog(directories)
  for (let i = 0; i < 4; i += 1) await append(log, `${i}`, startMs + i * 30_000)
  log.setHighWatermark(4)
  await log.flush()
  clock.advance(100_000)
  await log.maintain('retention')
  assert.equal(log.logStartOffset, 2)
  assert.throws(() => log.read(1, { maxBytes: 1, minOneBatch: true, upTo: 'log-end' }), {
    name: 'OFFSET_OUT_OF_RANGE',
  })
  assert.equal(await log.deleteRecordsBefore(3), 3)
  await assert.rejects(log.deleteRecordsBefore(9), { name: 'OFFSET_OUT_OF_RANGE' })
  await directories.close()
  const reopened = await openDirectories(world, { topic })
  assert.equal((await openLog(reopened)).logStartOffset, 3)
  await reopened.close()
})

test('a deleted log is gone at once and its files after the delay', async () => {
  const clock = new ManualClock(startMs)
  const disk = new SimulatedDisk()
  const directories = await openDirectories(fixtureWorld(disk, clock))
  await append(await openLog(directories), 'x')
  await directories.delete('orders', 0)
  assert.equal(directories.log('orders', 0), undefined)
  const waiting = (await disk.list('/data')).filter((name) => name.startsWith('orders'))
  assert.match(waiting.join(), /^orders-0\.[0-9a-f]{32}-delete$/)
  const again = await directories.create('orders', 0, { topicId: 'AAAAAAAAAAAAAAAAAAAAKg' })
  assert.equal(again.logEndOffset, 0)
  clock.advance(60_001)
  await new Promise<void>((resolve) => setImmediate(resolve))
  assert.deepEqual(
    (await disk.list('/data')).filter((name) => name.endsWith('-delete')),
    [],
  )
  await directories.close()
})

test('a directory belongs to one process, one broker and one cluster', async () => {
  const disk = new SimulatedDisk()
  const directories = await openDirectories(fixtureWorld(disk))
  await assert.rejects(openDirectories(fixtureWorld(disk)), /Another process/)
  const { clusterId } = directories
  await directories.close()
  const again = await openDirectories(fixtureWorld(disk))
  assert.equal(again.clusterId, clusterId)
  await again.close()
})

test('the files beside the partitions are what Kafka expects', async () => {
  const disk = new SimulatedDisk()
  const directories = await openDirectories(fixtureWorld(disk))
  const log = await openLog(directories)
  await append(log, 'x')
  log.setHighWatermark(1)
  await directories.close()
  const text = async (name: string): Promise<string> => String(await disk.readFile(`/data/${name}`))
  assert.equal(await text('recovery-point-offset-checkpoint'), '0\n1\norders 0 1\n')
  assert.equal(await text('replication-offset-checkpoint'), '0\n1\norders 0 1\n')
  assert.equal(await text('.kafka_cleanshutdown'), '{"version":0,"brokerEpoch":-1}')
  assert.match(await text('meta.properties'), /^#\nnode\.id=1\ndirectory\.id=\S{22}\nversion=1\n/)
  assert.equal(await text('orders-0/partition.metadata'), `version: 0\ntopic_id: ${topicId}`)
})
