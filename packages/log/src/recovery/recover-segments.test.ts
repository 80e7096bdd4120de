// What a crash must not take from a log besides its torn tail.

import assert from 'node:assert/strict'
import { test } from 'node:test'
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
