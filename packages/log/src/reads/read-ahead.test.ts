// What a reader that follows the log relies on: the disk is ahead of it, and what was cut off is never read.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRecords, RecordBatch } from '@samsa/protocol'
import { SimulatedDisk } from '@samsa/world/simulated'
import type { PartitionLog } from '../partition-log.ts'
import { batchOf, fixtureWorld, openDirectories, openLog } from '../testing/log-fixture.ts'

const value = 'v'.repeat(10_000)
const count = 400

/** A closed log of 4 MB, opened again over a disk that counts its reads. */
async function reopened(): Promise<{ log: PartitionLog; reads: () => number; close: () => void }> {
  const before = new SimulatedDisk()
  const writing = await openDirectories(fixtureWorld(before))
  const written = await openLog(writing)
  for (let i = 0; i < count; i += 1) {
    await written.appendAsLeader(batchOf([`${i}-${value}`]), { leaderEpoch: 0 })
  }
  await writing.close()
  let reads = 0
  const disk = before.clone({
    trace: (operation) => {
      if (operation === 'read') reads += 1
    },
  })
  const directories = await openDirectories(fixtureWorld(disk))
  const log = await openLog(directories)
  reads = 0
  return { log, reads: () => reads, close: () => void directories.close() }
}

async function readFrom(log: PartitionLog, offset: number, maxBytes: number): Promise<string[]> {
  const result = await log.read(offset, { maxBytes, minOneBatch: true, upTo: 'log-end' })
  const found: string[] = []
  for (const chunk of result.chunks) {
    for (let position = 0; position < chunk.length; ) {
      const batch = new RecordBatch(chunk, position)
      for (const record of readRecords(batch).records) found.push(String(record.value))
      position = batch.end
    }
  }
  result.release()
  return found
}

test('small reads that follow each other share what one large read brought', async () => {
  const { log, reads, close } = await reopened()
  const found: string[] = []
  while (found.length < count) found.push(...(await readFrom(log, found.length, 50_000)))
  assert.deepEqual(
    found.map((each) => Number.parseInt(each, 10)),
    Array.from({ length: count }, (_, i) => i),
  )
  assert.ok(reads() <= 10, `${reads()} reads of the disk for 4 MB`)
  close()
})

test('many readers at once all get what they ask for', async () => {
  const { log, close } = await reopened()
  const reader = async (first: number): Promise<void> => {
    for (let offset = first; offset < count; ) {
      const found = await readFrom(log, offset, 30_000)
      assert.equal(Number.parseInt(found[0] ?? '', 10), offset)
      offset += found.length
    }
  }
  await Promise.all(Array.from({ length: 40 }, (_, i) => reader(i * 5)))
  close()
})

test('what was read ahead and then cut off is not read', async () => {
  const { log, close } = await reopened()
  let offset = 0
  for (let i = 0; i < 3; i += 1) offset += (await readFrom(log, offset, 50_000)).length
  await log.truncateTo(offset + 2)
  await log.appendAsLeader(batchOf(['new']), { leaderEpoch: 1 })
  const found: string[] = []
  while (offset + found.length < log.logEndOffset) {
    found.push(...(await readFrom(log, offset + found.length, 50_000)))
  }
  assert.deepEqual(
    found.map((each) => each.slice(0, 3)),
    [`${offset}-`, `${offset + 1}-`, 'new'].map((each) => `${each}vvv`.slice(0, 3)),
  )
  close()
})
