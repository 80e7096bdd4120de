// What a crash must not take from a log besides its torn tail.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { memoryDisk } from '@samsa/world/simulated'
import { batchOf, fixtureWorld, openDirectories, openLog } from '../testing/log-fixture.ts'

// Followers ask where an epoch ended; a recovery that starts within one must not move its beginning.
test('an epoch that began before the recovery point is known after a crash', async () => {
  const disk = memoryDisk()
  const world = fixtureWorld(disk)
  const directories = await openDirectories(world, { topic: { 'segment.bytes': 200 } })
  const log = await openLog(directories)
  for (const leaderEpoch of [0, 0, 0, 3]) {
    await log.appendAsLeader(batchOf(['a', 'b', 'c']), { leaderEpoch })
  }
  await directories.close()
  await disk.unlink('/data/.kafka_cleanshutdown')

  const after = await openDirectories(world, { topic: { 'segment.bytes': 200 } })
  const recovered = await openLog(after)
  assert.deepEqual(recovered.endOffsetForEpoch(0), { epoch: 0, endOffset: 9 })
  assert.equal(
    (await disk.readFile('/data/orders-0/leader-epoch-checkpoint'))?.toString(),
    '0\n2\n0 0\n3 9\n',
  )
  await after.close()
})

test('a torn header that looks like an old message is cut off, a log with a sound one is left alone', async () => {
  const disk = memoryDisk()
  const world = fixtureWorld(disk)
  const directories = await openDirectories(world)
  const log = await openLog(directories)
  await log.appendAsLeader(batchOf(['kept']), { leaderEpoch: 0 })
  await directories.close()
  await disk.unlink('/data/.kafka_cleanshutdown')
  const name = '/data/orders-0/00000000000000000000.log'
  const file = await disk.open(name, 'update')
  const end = await file.size()
  const torn = Buffer.alloc(80)
  torn.writeInt32BE(60, 8)
  await file.write(torn, end)
  const after = await openDirectories(world)
  assert.equal((await openLog(after)).logEndOffset, 1)
  assert.equal(await file.size(), end)
  await after.close()

  await disk.unlink('/data/.kafka_cleanshutdown')
  // Offset 1, magic 1, create time 0, no key, value 'old'.
  const body = Buffer.from('0100000000000000000000ffffffff000000036f6c64', 'hex').subarray(0, 21)
  const old = Buffer.alloc(16 + body.length)
  old.writeInt32BE(1, 4)
  old.writeInt32BE(4 + body.length, 8)
  old.writeUInt32BE(crc32(body), 12)
  body.copy(old, 16)
  await file.write(old, end)
  const refused = await openDirectories(world)
  assert.equal(refused.log('orders', 0), undefined)
  await assert.rejects(openLog(refused), { name: 'KAFKA_STORAGE_ERROR' })
  assert.equal(await file.size(), end + old.length)
  await refused.close()
})

test('a segment whose offsets reach too far for its index is split, and nothing of it is lost', async () => {
  const disk = memoryDisk()
  const world = fixtureWorld(disk)
  const topic = { 'cleanup.policy': ['compact'] }
  const directories = await openDirectories(world, { topic })
  const log = await openLog(directories)
  await log.appendAsLeader(batchOf(['near'], { key: 'a' }), { leaderEpoch: 0 })
  await directories.close()
  await disk.unlink('/data/.kafka_cleanshutdown')
  const name = (offset: number): string => `/data/orders-0/${String(offset).padStart(20, '0')}.log`
  const file = await disk.open(name(0), 'update')
  const end = await file.size()
  const far = 2 ** 33
  for (const [i, baseOffset] of [far, far + 5].entries()) {
    const batch = batchOf([`far ${i}`], { key: 'b', baseOffset, partitionLeaderEpoch: 0 })
    await file.write(batch, await file.size())
  }
  const after = await openDirectories(world, { topic })
  const recovered = await openLog(after)
  assert.equal(recovered.logEndOffset, far + 6)
  assert.equal(await file.size(), end)
  const limits = { maxBytes: 10_000, minOneBatch: true, upTo: 'log-end' } as const
  const first = await recovered.read(1, limits)
  assert.deepEqual([first.baseOffset, first.nextOffset], [far, far + 6])
  await after.close()
  assert.ok((await disk.stat(name(far)))?.size)
  const again = await openDirectories(world, { topic })
  assert.equal((await openLog(again)).logEndOffset, far + 6)
  await again.close()
})
