// A case through the dump: every file must give what Kafka's readers found in it, and damage only where there is some.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type DumpEntry, dumpEntries } from '@samsa/log/dump'
import { nodeDisk } from '@samsa/world/node'
import type { Checks } from '../runner/suite.ts'
import { difference } from './difference.ts'
import type { ExpectedAborted, ExpectedFile, SegmentCase } from './segment-cases.ts'

type Entry<Kind extends DumpEntry['kind']> = Extract<DumpEntry, { readonly kind: Kind }>

/** Checks all files of a case. */
export async function checkDump(segmentCase: SegmentCase, checks: Checks): Promise<void> {
  for (const [name, expected] of Object.entries(segmentCase.files)) {
    const path = join(segmentCase.folder, name)
    const entries: DumpEntry[] = []
    for await (const entry of dumpEntries(nodeDisk, path, { topic: segmentCase.topic })) {
      entries.push(entry)
    }
    const seen = describe(entries, readFileSync(path, 'utf8'))
    const wanted = {
      ...expected,
      isDamaged: (expected.validBytes ?? expected.size) < expected.size,
    }
    const found = difference(wanted, seen)
    checks.check(found === undefined, `dump of ${segmentCase.name}/${name}: ${found}`)
  }
}

/** The entries in the form of the case. */
function describe(entries: readonly DumpEntry[], text: string): unknown {
  const of = <Kind extends DumpEntry['kind']>(kind: Kind): Entry<Kind>[] =>
    entries.filter((entry): entry is Entry<Kind> => entry.kind === kind)
  const [file] = of('file')
  const described: ExpectedFile & { isDamaged: boolean } = {
    size: file?.sizeInBytes ?? -1,
    isDamaged: of('damage').length > 0,
  }
  const isZeroPadded = of('note').some((note) => note.text.includes('zeros follow'))
  const padding = isZeroPadded ? { zeroPadded: true } : {}
  switch (file?.contents) {
    case 'log': {
      const validBytes = of('log-end')[0]?.validBytes
      return { ...described, batches: describeBatches(entries), validBytes }
    }
    case 'offset-index': {
      const lines = of('offset-index-entry').map(({ offset, position }) => [offset, position])
      return { ...described, entries: lines, ...padding }
    }
    case 'time-index': {
      const lines = of('time-index-entry').map(({ timestamp, offset }) => [timestamp, offset])
      return { ...described, entries: lines, ...padding }
    }
    case 'transaction-index':
      return {
        ...described,
        aborted: of('aborted-transaction').map(abortedOf),
      }
    case 'producer-snapshot':
      return { ...described, producers: of('producer').map(describeProducer) }
    case 'leader-epochs': {
      const lines = of('leader-epoch').map((entry) => `${entry.epoch} ${entry.startOffset}\n`)
      return { ...described, text: `0\n${lines.length}\n${lines.join('')}` }
    }
    case 'partition-metadata': {
      const [topicId] = of('property')
      return { ...described, text: `version: 0\ntopic_id: ${topicId?.value}` }
    }
    default:
      return { ...described, text }
  }
}

/** Without the kind of the entry. */
export function abortedOf(entry: Entry<'aborted-transaction'>): ExpectedAborted {
  const { producerId, firstOffset, lastOffset, lastStableOffset } = entry
  return { producerId, firstOffset, lastOffset, lastStableOffset }
}

function describeBatches(entries: readonly DumpEntry[]): unknown[] {
  const batches: { records: unknown[] }[] = []
  for (const entry of entries) {
    if (entry.kind === 'batch') batches.push({ ...describeBatch(entry), records: [] })
    else if (entry.kind === 'record') batches.at(-1)?.records.push(describeRecord(entry))
  }
  return batches
}

function describeBatch(batch: Entry<'batch'>): Record<string, unknown> {
  const { kind: _, hasValidChecksum, recordCount, timestampType, deleteHorizonMs, ...rest } = batch
  const { isTransactional, isControl, ...header } = rest
  return {
    ...header,
    crc: hasValidChecksum ? batch.crc : 'wrong',
    count: recordCount,
    transactional: isTransactional,
    control: isControl,
    timestampType: timestampType === 'CreateTime' ? 'create' : 'append',
    ...(deleteHorizonMs === undefined ? {} : { deleteHorizonMs }),
  }
}

function describeRecord(record: Entry<'record'>): unknown {
  const { offset, timestamp, key, value, headers, keyMessage, valueMessage } = record
  return {
    offset,
    timestamp,
    key: key === null ? null : key.toString('hex'),
    value: value === null ? null : value.toString('hex'),
    ...(headers.length === 0
      ? {}
      : { headers: headers.map((each) => [each.key, each.value?.toString('hex') ?? null]) }),
    ...(keyMessage === undefined
      ? {}
      : { keyMessage: keyMessage.message, keyJson: keyMessage.content }),
    ...(valueMessage === undefined
      ? {}
      : {
          valueMessage: valueMessage.message,
          valueVersion: valueMessage.version,
          valueJson: valueMessage.content,
        }),
  }
}

/** In the form of a case, so that both kinds of readers are compared in the same way. */
export function describeProducer(producer: Entry<'producer'>): Record<string, unknown> {
  const { lastBatch: last, lastTimestamp, transactionStartOffset } = producer
  return {
    producerId: producer.producerId,
    producerEpoch: producer.producerEpoch,
    coordinatorEpoch: producer.coordinatorEpoch,
    lastTimestamp,
    ...(transactionStartOffset < 0 ? {} : { currentTxnFirstOffset: transactionStartOffset }),
    batches:
      last === undefined
        ? []
        : [
            {
              firstSeq: last.firstSequence,
              lastSeq: last.lastSequence,
              firstOffset: last.firstOffset,
              lastOffset: last.lastOffset,
              timestamp: lastTimestamp,
            },
          ],
  }
}

/** The checkpoint files of the two log directories say what they say. */
export async function checkCheckpoints(directory: string, checks: Checks): Promise<void> {
  for (const folder of ['log-dir-clean', 'log-dir-killed']) {
    for (const name of [
      'recovery-point-offset-checkpoint',
      'replication-offset-checkpoint',
      'log-start-offset-checkpoint',
      'cleaner-offset-checkpoint',
    ]) {
      const path = join(directory, folder, name)
      if ((await nodeDisk.stat(path)) === undefined) continue
      const lines: string[] = []
      for await (const entry of dumpEntries(nodeDisk, path)) {
        if (entry.kind === 'damage') lines.push(entry.what)
        if (entry.kind !== 'partition-offset') continue
        lines.push(`${entry.topic} ${entry.partition} ${entry.offset}`)
      }
      const wanted = readFileSync(path, 'utf8').trim().split('\n').slice(2)
      const isSame = isDeepStrictEqual(lines, wanted)
      checks.check(isSame, `dump of ${folder}/${name}: ${lines.join(', ')}`)
    }
  }
}
