// What somebody relies on who looks into the files of a log: what is there is told, and what is wrong is said.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder, encodeStored, OffsetCommitKey, OffsetCommitValue } from '@samsa/protocol'
import type { Disk } from '@samsa/world'
import { memoryDisk } from '@samsa/world/simulated'
import type { PartitionLog } from '../partition-log.ts'
import { formatProducerSnapshot } from '../producers/producer-snapshot.ts'
import { newProducerEntry } from '../producers/producer-entry.ts'
import { batchOf, fixtureWorld, openDirectories, startMs } from '../testing/log-fixture.ts'
import type { DumpEntry } from './dump-entry.ts'
import { dumpEntries, dumpKindOf, type DumpOptions } from './dump-file.ts'

const first = '/data/orders-0/00000000000000000000'
const topicId = 'hMhOfsn3QrO9EGk80VnyFQ'

/** A closed log with what `write` appends, an index entry for each batch but the first. */
async function written(
  write: (log: PartitionLog) => Promise<void>,
  topic = 'orders',
): Promise<Disk> {
  const disk = memoryDisk()
  const directories = await openDirectories(fixtureWorld(disk), {
    topic: { 'index.interval.bytes': 1 },
    broker: { 'transaction.partition.verification.enable': false },
  })
  const log = await directories.create(topic, 0, { topicId })
  await write(log)
  await directories.close()
  return disk
}

async function threeBatches(log: PartitionLog): Promise<void> {
  for (const [i, timestamp] of [startMs, startMs + 1000, startMs + 2000].entries()) {
    const records = batchOf([`${i} a`, `${i} b`], { timestamp, key: 'k', compression: 'gzip' })
    await log.appendAsLeader(records, { leaderEpoch: 4 })
  }
}

async function dumped(disk: Disk, path: string, options?: DumpOptions): Promise<DumpEntry[]> {
  const entries: DumpEntry[] = []
  for await (const entry of dumpEntries(disk, path, options)) entries.push(entry)
  return entries
}

function damageIn(entries: readonly DumpEntry[]): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'damage' ? [`${entry.what} ${entry.remedy}`] : [],
  )
}

async function change(
  disk: Disk,
  path: string,
  edit: (bytes: Buffer) => Buffer | void,
): Promise<void> {
  const bytes = Buffer.from((await disk.readFile(path)) ?? [])
  const edited = edit(bytes) ?? bytes
  const file = await disk.open(path, 'truncate')
  if (edited.length > 0) await file.write(edited, 0)
  await file.close()
}

test('a log is told batch by batch, record by record', async () => {
  const disk = await written(threeBatches)
  const entries = await dumped(disk, `${first}.log`)
  const records = entries.filter((entry) => entry.kind === 'record')
  assert.deepEqual(
    records.map(({ offset, timestamp, value }) => [offset, timestamp, String(value)]),
    ['0 a', '0 b', '1 a', '1 b', '2 a', '2 b'].map((value, offset) => [
      offset,
      startMs + 1000 * Math.floor(offset / 2),
      value,
    ]),
  )
  const batches = entries.filter((entry) => entry.kind === 'batch')
  assert.deepEqual(
    batches.map(({ baseOffset, lastOffset, partitionLeaderEpoch, compression }) => [
      baseOffset,
      lastOffset,
      partitionLeaderEpoch,
      compression,
    ]),
    [
      [0, 1, 4, 'gzip'],
      [2, 3, 4, 'gzip'],
      [4, 5, 4, 'gzip'],
    ],
  )
  assert.deepEqual(damageIn(entries), [])
  assert.equal((await dumped(disk, `${first}.log`, { records: false })).length, 5)
})

test('a torn tail: where it begins, and what a recovery leaves', async () => {
  const disk = await written(threeBatches)
  await change(disk, `${first}.log`, (bytes) => bytes.subarray(0, -7))
  const entries = await dumped(disk, `${first}.log`)
  const [batch] = entries.filter((entry) => entry.kind === 'batch')
  const validBytes = 2 * (batch?.sizeInBytes ?? 0)
  const [damage] = damageIn(entries)
  assert.match(damage ?? '', /last batch is cut off/)
  assert.match(damage ?? '', new RegExp(`cuts it to ${validBytes} bytes.* ends at offset 4`))
  assert.deepEqual(entries.at(-1), {
    kind: 'log-end',
    batches: 2,
    records: 4,
    validBytes,
    endOffset: 4,
  })
})

test('a flipped bit: what lies behind it is shown, and said to go', async () => {
  const disk = await written(threeBatches)
  await change(disk, `${first}.log`, (bytes) => void (bytes[70] = (bytes[70] ?? 0) ^ 1))
  const entries = await dumped(disk, `${first}.log`)
  assert.match(damageIn(entries)[0] ?? '', /checksum of the batch of offsets 0 to 1/)
  assert.match(damageIn(entries)[0] ?? '', /ends at offset 0/)
  const values = entries.flatMap((entry) => (entry.kind === 'record' ? [String(entry.value)] : []))
  assert.deepEqual(values, ['1 a', '1 b', '2 a', '2 b'])
  const note = entries.find((entry) => entry.kind === 'note')
  assert.match(note?.text ?? '', /2 batches behind byte 0 look whole, up to offset 5/)
})

test('zeros behind the last batch are named as what they are', async () => {
  const disk = await written(threeBatches)
  await change(disk, `${first}.log`, (bytes) => Buffer.concat([bytes, Buffer.alloc(3_000_000)]))
  assert.match(damageIn(await dumped(disk, `${first}.log`))[0] ?? '', /3000000 bytes .* are zeros/)
})

// The checksum does not cover the leader epoch, so a torn write may leave zeros in it.
test('a leader epoch that falls back is refused, as a recovery does', async () => {
  const disk = await written(threeBatches)
  await change(disk, `${first}.log`, (bytes) => void bytes.writeInt32BE(0, 12))
  assert.match(damageIn(await dumped(disk, `${first}.log`))[0] ?? '', /epoch 0, but 4 has begun/)
})

test('indexes are held against the log beside them', async () => {
  const disk = await written(threeBatches)
  for (const kind of ['index', 'timeindex']) {
    assert.deepEqual(damageIn(await dumped(disk, `${first}.${kind}`)), [])
  }
  const intoTheMiddle = (bytes: Buffer): void =>
    void bytes.writeUInt32BE(bytes.readUInt32BE(4) + 1, 4)
  await change(disk, `${first}.index`, intoTheMiddle)
  assert.match(damageIn(await dumped(disk, `${first}.index`))[0] ?? '', /inside the batch at byte/)
  const tooOld = (bytes: Buffer): void => void bytes.writeUInt32BE(bytes.readUInt32BE(4) - 1, 4)
  await change(disk, `${first}.timeindex`, tooOld)
  const times = damageIn(await dumped(disk, `${first}.timeindex`))
  assert.match(times[0] ?? '', /a search by time may miss it/)
  await change(disk, `${first}.index`, (bytes) => bytes.subarray(0, -3))
  assert.match(damageIn(await dumped(disk, `${first}.index`))[0] ?? '', /5 bytes behind/)
})

test('an index beyond its log, and one without a log', async () => {
  const disk = await written(threeBatches)
  await change(disk, `${first}.log`, (bytes) => bytes.subarray(0, 100))
  const offsets = damageIn(await dumped(disk, `${first}.index`))
  assert.match(offsets[0] ?? '', /the last whole batch of the log ends at/)
  const times = damageIn(await dumped(disk, `${first}.timeindex`))
  assert.match(times[0] ?? '', /but the log ends at offset/)
  await disk.unlink(`${first}.log`)
  const entries = await dumped(disk, `${first}.index`)
  assert.equal(entries.at(-1)?.kind, 'note')
})

test('an aborted transaction without its entry is found', async () => {
  const disk = await written(async (log) => {
    const producer = { producerId: 9, producerEpoch: 0, baseSequence: 0, isTransactional: true }
    await log.appendAsLeader(batchOf(['lost'], producer), { leaderEpoch: 0 })
    const builder = new BatchBuilder()
    builder.append(startMs, Buffer.alloc(4), Buffer.from([0, 0, 0, 0, 0, 7]))
    const marker = { producerId: 9, producerEpoch: 0, isTransactional: true, isControl: true }
    const options = { leaderEpoch: 0, origin: 'coordinator' } as const
    await log.appendAsLeader(Buffer.from(builder.build(marker)), options)
  })
  const log = await dumped(disk, `${first}.log`)
  const marker = log.findLast((entry) => entry.kind === 'record')
  assert.deepEqual([marker?.control, marker?.coordinatorEpoch], ['abort', 7])
  const entries = await dumped(disk, `${first}.txnindex`)
  assert.deepEqual(entries[1], {
    kind: 'aborted-transaction',
    producerId: 9,
    firstOffset: 0,
    lastOffset: 1,
    lastStableOffset: 2,
  })
  assert.equal(entries.length, 2)
  await change(disk, `${first}.txnindex`, () => Buffer.alloc(0))
  const missing = damageIn(await dumped(disk, `${first}.txnindex`))
  assert.match(missing[0] ?? '', /from offset 0, aborted at 1, has no entry/)
})

test('records of coordinators are read out', async () => {
  const disk = await written(async (log) => {
    const builder = new BatchBuilder()
    const key = encodeStored(OffsetCommitKey, 0, { group: 'g', topic: 't', partition: 3 })
    const value = { offset: 12, metadata: '', commitTimestamp: startMs }
    builder.append(startMs, key, encodeStored(OffsetCommitValue, 3, value))
    builder.append(startMs, Buffer.from([99, 99, 1]), null)
    await log.appendAsLeader(Buffer.from(builder.build()), { leaderEpoch: 0 })
  }, '__consumer_offsets')
  const path = '/data/__consumer_offsets-0/00000000000000000000.log'
  const [known, unknown] = (await dumped(disk, path)).filter((entry) => entry.kind === 'record')
  assert.deepEqual(known?.keyMessage?.content, { group: 'g', topic: 't', partition: 3 })
  assert.equal(known?.valueMessage?.version, 3)
  const content = { offset: 12, leaderEpoch: -1, metadata: '', commitTimestamp: startMs }
  assert.deepEqual(known?.valueMessage?.content, content)
  assert.equal(unknown?.keyMessage, undefined)
  const plain = await dumped(disk, path, { topic: 'orders' })
  assert.ok(plain.every((entry) => entry.kind !== 'record' || entry.keyMessage === undefined))
})

test('snapshots and checkpoints', async () => {
  const disk = await written(threeBatches)
  const epochs = await dumped(disk, '/data/orders-0/leader-epoch-checkpoint')
  assert.deepEqual(epochs.at(-1), { kind: 'leader-epoch', epoch: 4, startOffset: 0 })
  const metadata = await dumped(disk, '/data/orders-0/partition.metadata')
  assert.deepEqual(metadata.at(-1), { kind: 'property', name: 'topicId', value: topicId })
  const points = await dumped(disk, '/data/recovery-point-offset-checkpoint')
  const point = { kind: 'partition-offset', topic: 'orders', partition: 0, offset: 6 }
  assert.deepEqual(points.at(-1), point)
  await change(disk, '/data/recovery-point-offset-checkpoint', () => Buffer.from('nonsense'))
  const lost = damageIn(await dumped(disk, '/data/recovery-point-offset-checkpoint'))
  assert.match(lost[0] ?? '', /recovers all logs from their beginning/)

  const entry = { ...newProducerEntry(5), producerEpoch: 1, transactionStartOffset: 8 }
  await change(disk, `${first}.snapshot`, () => formatProducerSnapshot([entry]))
  const ahead = damageIn(await dumped(disk, `${first}.snapshot`))
  assert.match(ahead[0] ?? '', /Producer 5 is said to have written offset 8/)
  await change(disk, `${first}.snapshot`, (bytes) => void (bytes[20] = 1))
  assert.match(damageIn(await dumped(disk, `${first}.snapshot`))[0] ?? '', /wrong checksum/)
})

test('a name says what a file is, also on its way out', async () => {
  assert.equal(dumpKindOf('/data/orders-0/00000000000000000042.timeindex.deleted'), 'time-index')
  assert.equal(dumpKindOf('00000000000000000042.log.swap'), 'log')
  assert.equal(dumpKindOf('/data/orders-0/notes.txt'), undefined)
  await assert.rejects(dumped(memoryDisk(), `${first}.log`), /does not exist/)
})

// Whatever bytes a disk gives back, the dump ends, and what it calls whole is whole.
test('random damage never ends a dump early, and is never overlooked', async () => {
  const disk = await written(threeBatches)
  const original = Buffer.from((await disk.readFile(`${first}.log`)) ?? [])
  // Base offset and leader epoch are not under the checksum.
  const covered = [...original.keys()].filter((at) => at % (original.length / 3) >= 16)
  for (let round = 0; round < 300; round += 1) {
    const at = covered[(round * 7919) % covered.length] ?? 0
    const bit = 1 << (round % 8)
    await change(disk, `${first}.log`, () => {
      const bytes = Buffer.from(original)
      bytes[at] = (bytes[at] ?? 0) ^ bit
      return bytes
    })
    const entries = await dumped(disk, `${first}.log`)
    assert.equal(entries.at(-1)?.kind, 'log-end', `bit ${bit} at ${at}`)
    assert.ok(damageIn(entries).length > 0, `bit ${bit} at ${at} was overlooked`)
  }
})
