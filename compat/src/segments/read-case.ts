// A case through `LogDirectories` and `PartitionLog`: the log must say, serve and leave behind what Kafka wrote.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PartitionLog } from '@samsa/log'
import { type DumpEntry, dumpEntries } from '@samsa/log/dump'
import type { Logger } from '@samsa/world'
import { nodeDisk } from '@samsa/world/node'
import type { Checks } from '../runner/suite.ts'
import { copyCase, type Opening, type Situation } from './case-directory.ts'
import { difference } from './difference.ts'
import { abortedOf, describeProducer } from './dump-case.ts'
import { byId, expectedProducers } from './expected-producers.ts'
import { deliveredOffsets, openLogs, readAll } from './samsa-logs.ts'
import { type ExpectedBatch, plainRecords, type SegmentCase } from './segment-cases.ts'

/** A little after the cases were written. */
const NOW_MS = 1_795_410_000_000

/** What the topics of the cases were created with. */
const topicSettings = (topic: string): Record<string, string> => ({
  'cleanup.policy': /^(?:compacted|__)/.test(topic) ? 'compact' : 'delete',
  'index.interval.bytes': topic.startsWith('__') ? '4096' : '512',
  'retention.ms': '-1',
})

/** Opens a copy of the case, checks what it says and serves, closes it and checks its files, and does so once more. */
export async function checkRead(
  segmentCase: SegmentCase,
  situation: Situation,
  { work, cases, checks }: { work: string; cases: readonly SegmentCase[]; checks: Checks },
): Promise<void> {
  const opening = copyCase(segmentCase, situation, work)
  const where = `${segmentCase.name} ${situation}`
  for (const round of ['', ' and opened again'] as const) {
    const warnings: string[] = []
    const logs = await openLogs({
      path: opening.path,
      nowMs: () => NOW_MS,
      topicSettings,
      logger: warningsTo(warnings),
    })
    const equal = (what: string, expected: unknown, actual: unknown): void => {
      const found = difference(expected, actual)
      checks.check(found === undefined, `${where}${round}: ${what}${found}`)
    }
    try {
      const log = logs.log(segmentCase.topic, 0)
      if (log === undefined) throw new Error(`${where}: the log is not found`)
      await log.load()
      const isTorn = isCut(segmentCase) && round === ''
      equal('warnings', isTorn ? 1 : 0, warnings.length)
      const open = round === '' ? opening : { ...opening, highWatermark: segmentCase.endOffset }
      await checkOpened(segmentCase, open, log, equal)
      log.setHighWatermark(log.logEndOffset)
      await checkServed(segmentCase, { opening, cases, log, equal })
    } finally {
      await logs.close()
    }
    await checkFiles(segmentCase, opening, cases, equal)
  }
}

const empty = Buffer.alloc(0)

type Equal = (what: string, expected: unknown, actual: unknown) => void

function isCut({ files }: SegmentCase): boolean {
  return Object.values(files).some((file) => (file.validBytes ?? file.size) < file.size)
}

/** Offsets, epochs and producers as soon as the log is open. */
async function checkOpened(
  segmentCase: SegmentCase,
  opening: Opening,
  log: PartitionLog,
  equal: Equal,
): Promise<void> {
  const { endOffset, topicId } = segmentCase
  const { logStartOffset, highWatermark } = opening
  equal(
    'log',
    { topicId, logStartOffset, highWatermark, logEndOffset: endOffset, recoveryPoint: endOffset },
    {
      topicId: log.topicId,
      logStartOffset: log.logStartOffset,
      highWatermark: log.highWatermark,
      logEndOffset: log.logEndOffset,
      recoveryPoint: log.recoveryPoint,
    },
  )
  const epochs = expectedEpochs(segmentCase, opening)
  equal('latest epoch', epochs.at(-1)?.epoch, log.latestEpoch)
  for (const [i, { epoch }] of epochs.entries()) {
    const end = epochs[i + 1]?.startOffset ?? endOffset
    equal(`end of epoch ${epoch}`, { epoch, endOffset: end }, log.endOffsetForEpoch(epoch))
  }
  const producers = expectedProducers(segmentCase, opening.recoveryPoint).map((producer) => {
    const { producerId, currentTxnFirstOffset: open = -1 } = producer as Record<string, number>
    return { producerId, open }
  })
  const remembered = log.producers().map((producer) => ({
    producerId: producer.producerId,
    open: producer.currentTransactionStartOffset,
  }))
  equal('producers', producers, byId(remembered))
}

/** Epochs without records yet are forgotten when a log is opened; the next leader notes its own. */
function expectedEpochs(
  { files, endOffset, batches }: SegmentCase,
  { logStartOffset, isClean }: Opening,
): { epoch: number; startOffset: number }[] {
  const lines = (files['leader-epoch-checkpoint']?.text ?? '').trim().split('\n').slice(2)
  const epochs = lines.map((line) => {
    const [epoch = -1, startOffset = -1] = line.split(' ').map(Number)
    const scanned = isClean ? [] : batches.filter((batch) => batch.partitionLeaderEpoch === epoch)
    return {
      epoch,
      startOffset: Math.min(startOffset, ...scanned.map((batch) => batch.baseOffset)),
    }
  })
  const isOver = (i: number): boolean => (epochs[i + 1]?.startOffset ?? endOffset) <= logStartOffset
  return epochs
    .filter(({ startOffset }, i) => startOffset < endOffset && !isOver(i))
    .map(({ epoch, startOffset }) => ({
      epoch,
      startOffset: Math.max(startOffset, logStartOffset),
    }))
}

/** Records for both isolation levels, from every offset, and look-ups by time. */
async function checkServed(
  segmentCase: SegmentCase,
  context: { opening: Opening; cases: readonly SegmentCase[]; log: PartitionLog; equal: Equal },
): Promise<void> {
  const { opening, cases, log, equal } = context
  const { logStartOffset } = opening
  const served = segmentCase.batches.filter((batch) => batch.lastOffset >= logStartOffset)
  for (const maxBytes of [1, 1000, 1 << 20]) {
    const { batches } = await readAll(log, logStartOffset, { upTo: 'log-end', maxBytes })
    equal('records', plainRecords(served), plainRecords(batches))
    equal('headers', served.map(headerOf), batches.map(headerOf))
  }
  for (let offset = logStartOffset; offset < segmentCase.endOffset; offset += 1) {
    const wanted = served.find((batch) => batch.lastOffset >= offset)?.baseOffset
    const result = await log.read(offset, { upTo: 'log-end', maxBytes: 1, minOneBatch: true })
    equal(`read at ${offset}`, wanted, result.baseOffset)
    result.release()
  }
  const read = segmentCase.read ?? cases.find(({ name }) => name === segmentCase.topic)?.read
  const committed = await readAll(log, logStartOffset, { upTo: 'last-stable', maxBytes: 300 })
  if (read !== undefined) {
    equal('committed records', read.read_committed, deliveredOffsets(committed, logStartOffset))
  }
  if (segmentCase.read !== undefined) {
    const all = await readAll(log, logStartOffset, { upTo: 'high-watermark', maxBytes: 300 })
    equal('all records', segmentCase.read.read_uncommitted, deliveredOffsets(all, logStartOffset))
  }
  const aborted = segmentCase.aborted.filter((each) => each.lastOffset >= logStartOffset)
  const wanted = aborted.map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
  equal('aborted transactions', wanted, committed.aborted)
  await checkTimes(served, { logStartOffset, log, equal })
}

async function checkTimes(
  served: readonly ExpectedBatch[],
  { logStartOffset, log, equal }: { logStartOffset: number; log: PartitionLog; equal: Equal },
): Promise<void> {
  const records = served
    .flatMap(({ records, partitionLeaderEpoch: leaderEpoch }) =>
      records.map(({ offset, timestamp }) => ({ offset, timestamp, leaderEpoch })),
    )
    .filter(({ offset }) => offset >= logStartOffset)
  const times = new Set(records.flatMap(({ timestamp }) => [timestamp, timestamp + 1]))
  for (const time of times) {
    const wanted = records.find(({ timestamp }) => timestamp >= time)
    equal(`offset for time ${time}`, wanted, await log.offsetForTimestamp(time))
  }
  const largest = Math.max(...records.map(({ timestamp }) => timestamp))
  const wanted = records.find(({ timestamp }) => timestamp === largest)
  equal('max timestamp', wanted, await log.maxTimestampOffset())
}

function headerOf(batch: Omit<ExpectedBatch, 'position'>): unknown {
  const { baseOffset, lastOffset, sizeInBytes, partitionLeaderEpoch, maxTimestamp } = batch
  const { transactional, control, producerId, producerEpoch, baseSequence, lastSequence } = batch
  return {
    ...{ baseOffset, lastOffset, sizeInBytes, partitionLeaderEpoch, maxTimestamp },
    ...{ transactional, control, producerId, producerEpoch, baseSequence, lastSequence },
  }
}

/** The files after an orderly shutdown: logs as they were, indexes as they were or as Kafka builds them. */
async function checkFiles(
  segmentCase: SegmentCase,
  opening: Opening,
  cases: readonly SegmentCase[],
  equal: Equal,
): Promise<void> {
  const { files, folder, topic, endOffset } = segmentCase
  const partition = join(opening.path, `${topic}-0`)
  const read = async (name: string): Promise<DumpEntry[]> => {
    const entries: DumpEntry[] = []
    for await (const entry of dumpEntries(nodeDisk, join(partition, name))) entries.push(entry)
    equal(
      `${name}: damage`,
      [],
      entries.filter(({ kind }) => kind === 'damage'),
    )
    return entries
  }
  for (const [name, file] of Object.entries(files)) {
    if (file.validBytes !== undefined) {
      const before = readFileSync(join(folder, name)).subarray(0, file.validBytes)
      equal(`${name}: bytes`, before.toString('hex'), readFileSync(join(partition, name), 'hex'))
    }
    if (opening.isClean && !/\.snapshot$|^leader-epoch/.test(name)) {
      // Snapshots list producers in no order; an empty transaction index is the same as none.
      const after = existsSync(join(partition, name)) ? readFileSync(join(partition, name)) : empty
      equal(`${name}: content`, readFileSync(join(folder, name), 'hex'), after.toString('hex'))
    }
    const isIndex = file.entries !== undefined || file.aborted !== undefined
    if (!isIndex) continue
    const golden = opening.isClean ? file : rebuiltByKafka(segmentCase, name, cases)
    const entries = await read(name)
    if (golden === undefined) continue
    equal(`${name}: entries`, golden.entries ?? golden.aborted, entries.flatMap(lineOf))
  }
  const epochs = expectedEpochs(segmentCase, opening)
  const lines = epochs.map(({ epoch, startOffset }) => `${epoch} ${startOffset}\n`)
  equal(
    'leader epochs',
    `0\n${lines.length}\n${lines.join('')}`,
    readFileSync(join(partition, 'leader-epoch-checkpoint'), 'utf8'),
  )
  const snapshot = await read(`${String(endOffset).padStart(20, '0')}.snapshot`)
  const producers = snapshot.filter((entry) => entry.kind === 'producer').map(describeProducer)
  equal('snapshot', expectedProducers(segmentCase, opening.recoveryPoint), byId(producers))
}

/**
 * What Kafka's recovery makes of an index: the recovered case's where there is one, otherwise what it wrote, unless a
 * restart within the segment had made it count its interval anew.
 */
function rebuiltByKafka(
  segmentCase: SegmentCase,
  name: string,
  cases: readonly SegmentCase[],
): SegmentCase['files'][string] | undefined {
  const recovered = cases.find((each) => each.name === `${segmentCase.topic}-recovered`)
  if (segmentCase.name.endsWith('-killed') && recovered !== undefined) return recovered.files[name]
  const log = segmentCase.files[name.replace(/\.[a-z]+$/, '.log')]
  const epochs = new Set(log?.batches?.map((batch) => batch.partitionLeaderEpoch))
  const hasTimes = !name.endsWith('.timeindex') || epochs.size === 1
  return epochs.size <= 1 && hasTimes ? segmentCase.files[name] : undefined
}

function lineOf(entry: DumpEntry): unknown[] {
  switch (entry.kind) {
    case 'offset-index-entry':
      return [[entry.offset, entry.position]]
    case 'time-index-entry':
      return [[entry.timestamp, entry.offset]]
    case 'aborted-transaction':
      return [abortedOf(entry)]
    default:
      return []
  }
}

function warningsTo(warnings: string[]): Logger {
  const note = (_fields: unknown, sentence: string): void => {
    warnings.push(sentence)
  }
  const quiet = (): void => {}
  const logger: Logger = {
    debug: quiet,
    info: quiet,
    warn: note,
    error: note,
    child: () => logger,
  }
  return logger
}
