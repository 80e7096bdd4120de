// `samsa log dump` as it is called: what it prints, and the exit code that scripts look at.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder } from '@samsa/protocol'
import type { Disk } from '@samsa/world'
import { memoryDisk } from '@samsa/world/simulated'
import { RecordedOutput } from '../../terminal/testing/recorded-output.ts'
import { logDump, type LogDumpFlags } from './dump.ts'

const path = '/data/orders-0/00000000000000000000.log'

async function diskWith(bytes: Buffer): Promise<Disk> {
  const disk = memoryDisk()
  await disk.makeDirectory('/data/orders-0')
  const file = await disk.open(path, 'create')
  await file.write(bytes, 0)
  await file.close()
  return disk
}

function batch(): Buffer {
  const builder = new BatchBuilder()
  const headers = [{ key: 'trace', value: Buffer.from('abc') }]
  builder.append(1_790_000_000_000, Buffer.from('größe'), Buffer.from([0xff, 0]), headers)
  builder.append(1_790_000_000_001, null, Buffer.from('two'))
  return Buffer.from(builder.build({ partitionLeaderEpoch: 2 }))
}

async function dump(
  disk: Disk,
  flags: Partial<LogDumpFlags>,
  files: readonly string[] = [path],
): Promise<{ exitCode: number; out: string; err: string }> {
  const output = new RecordedOutput()
  const exitCode = await logDump(files, { records: true, ...flags }, output, disk)
  return { exitCode, out: output.text, err: output.errors }
}

test('people read batches and records', async () => {
  const { exitCode, out } = await dump(await diskWith(batch()), {})
  assert.equal(exitCode, 0)
  const lines = out.trimEnd().split('\n')
  assert.match(lines[1] ?? '', /^ {2}batch 0 to 1 at byte 0: \d+ bytes, 2 records, leader epoch 2,/)
  assert.equal(lines[2], '    0 2026-09-21T14:13:20.000Z "größe" = 0xff00  headers trace: "abc"')
  assert.equal(lines[3], '    1 2026-09-21T14:13:20.001Z null = "two"')
  assert.match(lines[4] ?? '', /the next offset is 2$/)
})

test('programs read one JSON object a line', async () => {
  const { out } = await dump(await diskWith(batch()), { json: true })
  const entries = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    entries.map((entry) => entry.kind),
    ['file', 'batch', 'record', 'record', 'log-end'],
  )
  assert.deepEqual(entries[2], {
    kind: 'record',
    offset: 0,
    timestamp: 1_790_000_000_000,
    key: 'größe',
    value: { base64: '/wA=' },
    headers: [{ key: 'trace', value: 'abc' }],
  })
  const short = await dump(await diskWith(batch()), { json: true, records: false })
  assert.equal(short.out.trimEnd().split('\n').length, 3)
})

test('exit codes: 1 for damage and missing files, 2 for files of another kind', async () => {
  const torn = await dump(await diskWith(batch().subarray(0, -1)), {})
  assert.equal(torn.exitCode, 1)
  assert.match(torn.out, /DAMAGE at byte 0: The last batch is cut off/)

  const disk = await diskWith(batch())
  const missing = await dump(disk, {}, ['/data/orders-0/00000000000000000007.log', path])
  assert.equal(missing.exitCode, 1)
  assert.match(missing.err, /^samsa log dump: .*00007\.log does not exist\n$/)
  assert.match(missing.out, /the next offset is 2/, 'the other file is dumped all the same')

  const other = await dump(disk, {}, ['/data/orders-0/notes.txt'])
  assert.deepEqual([other.exitCode, other.err.split('\n').length], [2, 2])
})

test('a large log is printed in pieces', async () => {
  const disk = await diskWith(batch())
  const one = batch()
  const file = await disk.open(path, 'update')
  const count = 3000
  for (let i = 0; i < count; i += 1) {
    one.writeBigInt64BE(BigInt(i * 2))
    await file.write(one, i * one.length)
  }
  await file.close()
  const output = new RecordedOutput()
  assert.equal(await logDump([path], { records: true }, output, disk), 0)
  const sizes = output.chunks.map((chunk) => chunk.length)
  assert.ok(sizes.length > 5)
  assert.ok(Math.max(...sizes) < 100_000)
})
