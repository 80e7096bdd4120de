// Apache Kafka's own dump tool, held against ours: for logs that Samsa wrote both must print the same, line by line, and
// the tool must complain of nothing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { type DumpEntry, dumpEntries } from '@samsa/log/dump'
import { incrementSequence } from '@samsa/protocol'
import { nodeDisk } from '@samsa/world/node'
import { kafkaClassPath } from '../kafka/artifacts.ts'
import type { Checks } from '../runner/suite.ts'

type Entry<Kind extends DumpEntry['kind']> = Extract<DumpEntry, { readonly kind: Kind }>

/** Runs the tool over files; resolves to its lines. */
async function dumpLogSegments(
  files: readonly string[],
  flags: readonly string[],
): Promise<string[]> {
  const tool = ['-cp', kafkaClassPath('4.3.1'), 'org.apache.kafka.tools.DumpLogSegments']
  const child = spawn('java', ['-Xmx256m', ...tool, '--files', files.join(','), ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, complained] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text))
  await once(child, 'close')
  const complaints = complained
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('SLF4J'))
  if (child.exitCode !== 0) complaints.push(`exit code ${child.exitCode}`)
  return [...said.replace(/\n$/, '').split('\n'), ...complaints]
}

/** Checks files of closed logs: all of them deeply, and the indexes in the tool's two other ways. */
export async function checkTool(files: readonly string[], checks: Checks): Promise<void> {
  const deep = await dumpLogSegments(files, ['--deep-iteration', '--print-data-log'])
  const wanted: string[] = []
  const gaps: string[] = []
  for (const file of files) {
    const entries: DumpEntry[] = []
    for await (const entry of dumpEntries(nodeDisk, file)) entries.push(entry)
    const damage = entries.filter((entry) => entry.kind === 'damage')
    checks.check(damage.length === 0, `${file}: ${JSON.stringify(damage)}`)
    wanted.push(...toolLines(file, entries))
    gaps.push(...gapLines(file, entries))
  }
  // The tool lists gaps between offsets at its end, in the order of a hash; a file that begins behind 0 has one, too.
  const isGap = (line: string): boolean => /^Non-consecutive|^ {2}-?\d+ is followed by/.test(line)
  compareLines(
    '--deep-iteration',
    wanted,
    deep.filter((line) => !isGap(line)),
    checks,
  )
  compareLines('gaps', gaps.toSorted(), deep.filter(isGap).toSorted(), checks)

  const indexes = files.filter((file) => /\.(?:index|timeindex)$/.test(file))
  const isEmpty = (file: string): boolean => statSync(file).size === 0
  const dumping = indexes.flatMap((file) =>
    isEmpty(file) ? [`Dumping ${file}`, `${file} is empty.`] : [`Dumping ${file}`],
  )
  const verified = await dumpLogSegments(indexes, ['--verify-index-only'])
  compareLines('--verify-index-only', dumping, verified, checks)
  const sane = await dumpLogSegments(indexes, ['--index-sanity-check'])
  const passed = indexes.flatMap((file) => [
    `Dumping ${file}`,
    isEmpty(file) ? `${file} is empty.` : `${file} passed sanity check.`,
  ])
  compareLines('--index-sanity-check', passed, sane, checks)
}

function compareLines(
  what: string,
  wanted: readonly string[],
  found: readonly string[],
  checks: Checks,
): void {
  for (let i = 0; i < Math.max(wanted.length, found.length); i += 1) {
    const isSame = wanted[i] === found[i]
    checks.check(isSame, `DumpLogSegments ${what} line ${i}: ${found[i]}\n    not ${wanted[i]}`)
    // Everything behind it would differ as well.
    if (!isSame) return
  }
}

/** What the tool must print for a file. */
function toolLines(path: string, entries: readonly DumpEntry[]): string[] {
  const lines = [`Dumping ${path}`]
  let batch: Entry<'batch'> | undefined
  let sequence = -1
  for (const entry of entries) {
    switch (entry.kind) {
      case 'file':
        // What Kafka closes in order may have no entries, too.
        if (path.endsWith('index') && entry.sizeInBytes === 0) lines.push(`${path} is empty.`)
        if (entry.contents === 'log') lines.push(`Log starting offset: ${entry.baseOffset}`)
        break
      case 'batch':
        batch = entry
        sequence = entry.baseSequence
        lines.push(batchLine(entry))
        break
      case 'record':
        if (batch !== undefined && sequence >= 0) {
          sequence = incrementSequence(batch.baseSequence, entry.offset - batch.baseOffset)
        }
        lines.push(recordLine(entry, batch?.timestampType ?? '', sequence))
        break
      case 'offset-index-entry':
        lines.push(`offset: ${entry.offset} position: ${entry.position}`)
        break
      case 'time-index-entry':
        lines.push(`timestamp: ${entry.timestamp} offset: ${entry.offset}`)
        break
      case 'aborted-transaction':
        lines.push(
          `version: 0 producerId: ${entry.producerId} firstOffset: ${entry.firstOffset} ` +
            `lastOffset: ${entry.lastOffset} lastStableOffset: ${entry.lastStableOffset}`,
        )
        break
      case 'producer':
        lines.push(producerLine(entry))
        break
    }
  }
  return lines
}

function batchLine(batch: Entry<'batch'>): string {
  return (
    `baseOffset: ${batch.baseOffset} lastOffset: ${batch.lastOffset} count: ${batch.recordCount} ` +
    `baseSequence: ${batch.baseSequence} lastSequence: ${batch.lastSequence} ` +
    `producerId: ${batch.producerId} producerEpoch: ${batch.producerEpoch} ` +
    `partitionLeaderEpoch: ${batch.partitionLeaderEpoch} isTransactional: ${batch.isTransactional} ` +
    `isControl: ${batch.isControl} deleteHorizonMs: ${optional(batch.deleteHorizonMs ?? -1)} ` +
    `position: ${batch.position} ${batch.timestampType}: ${batch.maxTimestamp} ` +
    `size: ${batch.sizeInBytes} magic: ${batch.magic} compresscodec: ${batch.compression} ` +
    `crc: ${batch.crc} isvalid: true`
  )
}

function recordLine(record: Entry<'record'>, timestampType: string, sequence: number): string {
  const { key, value, headers, control } = record
  const line =
    `| offset: ${record.offset} ${timestampType}: ${record.timestamp} keySize: ${key?.length ?? -1} ` +
    `valueSize: ${value?.length ?? -1} sequence: ${sequence} ` +
    `headerKeys: [${headers.map((header) => header.key).join(',')}]`
  if (control !== undefined) {
    const { coordinatorEpoch } = record
    return `${line} endTxnMarker: ${control.toUpperCase()} coordinatorEpoch: ${coordinatorEpoch}`
  }
  const keyText = key === null ? '' : ` key: ${key.toString()}`
  return `${line}${keyText}${value === null ? '' : ` payload: ${value.toString()}`}`
}

function producerLine(producer: Entry<'producer'>): string {
  const { lastBatch: last, lastTimestamp } = producer
  const line =
    `producerId: ${producer.producerId} producerEpoch: ${producer.producerEpoch} ` +
    `coordinatorEpoch: ${producer.coordinatorEpoch} ` +
    `currentTxnFirstOffset: ${optional(producer.transactionStartOffset)} lastTimestamp: ${lastTimestamp}`
  if (last === undefined) return line
  return (
    `${line} firstSequence: ${last.firstSequence} lastSequence: ${last.lastSequence} ` +
    `lastOffset: ${last.lastOffset} offsetDelta: ${last.lastOffset - last.firstOffset} ` +
    `timestamp: ${lastTimestamp}`
  )
}

/** Java's way to print it. */
function optional(value: number): string {
  return value < 0 ? 'OptionalLong.empty' : `OptionalLong[${value}]`
}

function gapLines(path: string, entries: readonly DumpEntry[]): string[] {
  const lines: string[] = []
  let previous = -1
  for (const entry of entries) {
    if (entry.kind !== 'record') continue
    if (entry.offset !== previous + 1) lines.push(`  ${previous} is followed by ${entry.offset}`)
    previous = entry.offset
  }
  return lines.length === 0 ? [] : [`Non-consecutive offsets in ${path}`, ...lines]
}
