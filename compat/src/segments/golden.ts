// Folders that Apache Kafka wrote: every file reads as Kafka's own readers say, and the log as a whole opens, serves the
// same records, and leaves the same bytes behind when it is closed.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LogDirectories, type PartitionLog } from '@samsa/log'
import { BatchWalk, readRecords } from '@samsa/protocol'
import type { Disk, World } from '@samsa/world'
import { memoryDisk } from '@samsa/world/simulated'
import { nodeWorld } from '@samsa/world/node'
import type { Checks } from '../runner/suite.ts'
import { compareFile, type ExpectedCase } from './expected.ts'
import { kafkaSettings } from './settings.ts'

/** Checks all cases of a directory of golden segments. */
export async function checkGolden(directory: string, checks: Checks): Promise<void> {
  for (const name of readdirSync(directory).sort()) {
    const source = join(directory, name)
    if (!existsSync(join(source, 'expected.json'))) continue
    const expected = JSON.parse(readFileSync(join(source, 'expected.json'), 'utf8')) as ExpectedCase
    const disk = await copied(source, Object.keys(expected.files))
    for (const [file, content] of Object.entries(expected.files)) {
      const differences = await compareFile(disk, `/data/orders-0/${file}`, content)
      checks.check(differences.length === 0, `${name}: ${differences[0]}`)
    }
    const isKilled = name.includes('killed') || name === 'torn-tail'
    await checkServed(name, source, disk, { expected, isKilled, checks })
  }
}

async function copied(source: string, files: readonly string[]): Promise<Disk> {
  const disk = memoryDisk()
  await disk.makeDirectory('/data/orders-0')
  for (const file of files) {
    const target = await disk.open(`/data/orders-0/${file}`, 'truncate')
    const bytes = readFileSync(join(source, file))
    if (bytes.length > 0) await target.write(bytes, 0)
    await target.close()
  }
  return disk
}

async function checkServed(
  name: string,
  source: string,
  disk: Disk,
  { expected, isKilled, checks }: { expected: ExpectedCase; isKilled: boolean; checks: Checks },
): Promise<void> {
  const world: World = { ...nodeWorld(), disk }
  if (!isKilled) await (await disk.open('/data/.kafka_cleanshutdown', 'truncate')).close()
  const directories = await LogDirectories.open(world, kafkaSettings.broker, {
    directories: ['/data'],
    brokerId: 1,
    // The golden logs were written with an index entry every 500 bytes.
    topicSettings: () => ({ ...kafkaSettings.topic, 'index.interval.bytes': 500 }),
  })
  const log = directories.log('orders', 0)
  if (log === undefined) {
    checks.check(false, `${name}: the log does not open`)
    return
  }
  await log.load()
  log.setHighWatermark(log.logEndOffset)
  const batches = Object.entries(expected.files)
    .filter(([file]) => file.endsWith('.log'))
    .flatMap(([, content]) => content.batches ?? [])
  const offsets = batches.flatMap((batch) => (batch.records ?? []).map((record) => record.offset))
  const all = await servedOffsets(log, 'log-end')
  checks.check(
    JSON.stringify(all.withControl) === JSON.stringify(offsets),
    `${name}: other records`,
  )
  if (existsSync(join(source, 'read.json'))) {
    const read = JSON.parse(readFileSync(join(source, 'read.json'), 'utf8')) as Record<
      string,
      number[]
    >
    const uncommitted = JSON.stringify(all.data) === JSON.stringify(read['read_uncommitted'])
    checks.check(uncommitted, `${name}: a reader of everything sees other records`)
    const committed = (await servedOffsets(log, 'last-stable')).data
    const isSame = JSON.stringify(committed) === JSON.stringify(read['read_committed'])
    checks.check(isSame, `${name}: a reader of committed records sees ${committed.join()}`)
  }
  await directories.close()
  if (isKilled) return
  for (const [file, content] of Object.entries(expected.files)) {
    // Epochs that begin at the log's end are forgotten on opening, until a leader is elected again, as Kafka does.
    if (/\.snapshot$|^leader-epoch/.test(file)) continue
    const after = await disk.readFile(`/data/orders-0/${file}`)
    const isSame = after?.equals(readFileSync(join(source, file))) === true
    // An empty transaction index is the same as none.
    checks.check(isSame || content.size === 0, `${name}: ${file} is not the same after closing`)
  }
}

/** The offsets that a consumer is given. */
async function servedOffsets(
  log: PartitionLog,
  upTo: 'log-end' | 'last-stable',
): Promise<{ readonly data: number[]; readonly withControl: number[] }> {
  const data: number[] = []
  const withControl: number[] = []
  const dropped = new Set<number>()
  let offset = log.logStartOffset
  for (;;) {
    const result = await log.read(offset, { maxBytes: 1000, minOneBatch: true, upTo })
    const aborted = [...(result.abortedTransactions ?? [])]
    const walk = new BatchWalk(Buffer.concat(result.chunks))
    while (walk.next()) {
      const { batch } = walk
      for (const each of aborted) {
        if (each.firstOffset <= batch.lastOffset && each.lastOffset >= batch.baseOffset) {
          dropped.add(each.producerId)
        }
      }
      const { records } = readRecords(batch)
      for (const record of records) withControl.push(record.offset)
      if (batch.isControl) dropped.delete(batch.producerId)
      else if (!(batch.isTransactional && dropped.has(batch.producerId))) {
        for (const record of records)
          if (record.offset >= log.logStartOffset) data.push(record.offset)
      }
    }
    result.release()
    if (result.nextOffset === offset) return { data, withControl }
    offset = result.nextOffset
  }
}
