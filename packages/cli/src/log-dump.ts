// `samsa log dump FILE…`: what a file of a log directory holds, one line a batch, record or entry, and in words what is
// wrong with it. `--json` prints one JSON value a file instead.

import { type DumpedBatch, type DumpedFile, dumpFile } from '@samsa/log'
import { WorldError } from '@samsa/world'
import { nodeDisk } from '@samsa/world/node'

/** The flags of `samsa log dump`, as parsed. */
export interface LogDumpFlags {
  readonly json?: boolean
  readonly records?: boolean
}

/** Dumps the files; resolves to 1 when one is missing, unreadable or damaged, else to 0. */
export async function logDump(
  paths: readonly string[],
  flags: LogDumpFlags,
  print: (line: string) => void,
): Promise<number> {
  let exitCode = 0
  for (const path of paths) {
    const dumped = await read(path, flags.records === true)
    if (typeof dumped === 'string' || dumped.problems.length > 0) exitCode = 1
    if (flags.json === true) print(JSON.stringify({ path, ...asJson(dumped) }, readable))
    else if (typeof dumped === 'string') print(`${path}: ${dumped}`)
    else for (const line of [path, ...linesOf(dumped)]) print(line)
  }
  return exitCode
}

async function read(path: string, deep: boolean): Promise<DumpedFile | string> {
  try {
    return (await dumpFile(nodeDisk, path, { deep })) ?? 'There is no such file.'
  } catch (error) {
    if (error instanceof WorldError) return error.message
    throw error
  }
}

function asJson(dumped: DumpedFile | string): object {
  return typeof dumped === 'string' ? { problems: [dumped] } : dumped
}

/** Keys and values as text where they are text, as hex where they are not. */
function readable(_name: string, value: unknown): unknown {
  const isBytes =
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer'
  if (!isBytes || !('data' in value) || !Array.isArray(value.data)) return value
  return textOf(Buffer.from(value.data as number[]))
}

function linesOf(dumped: DumpedFile): string[] {
  return [...contentOf(dumped), ...dumped.problems.map((problem) => `  DAMAGED: ${problem}`)]
}

function contentOf(dumped: DumpedFile): string[] {
  switch (dumped.kind) {
    case 'log': {
      const bytes = `${dumped.validBytes} of ${dumped.sizeInBytes} bytes are whole batches`
      return [`  ${dumped.batches.length} batches, ${bytes}`, ...dumped.batches.flatMap(batchLines)]
    }
    case 'index':
      return dumped.entries.map(([offset, position]) => `  offset ${offset} position ${position}`)
    case 'timeindex':
      return dumped.entries.map(
        ([timestamp, offset]) => `  timestamp ${timestamp} offset ${offset}`,
      )
    case 'txnindex':
      return dumped.aborted.map(
        (each) =>
          `  aborted: producer ${each.producerId} offsets ${each.firstOffset}-${each.lastOffset} ` +
          `last stable offset ${each.lastStableOffset}`,
      )
    case 'snapshot':
      return dumped.producers.map((each) => {
        const last = each.batches.at(-1)
        const open = each.transactionStartOffset
        return (
          `  producer ${each.producerId} epoch ${each.producerEpoch} ` +
          `last sequence ${last?.lastSequence ?? -1} last offset ${last?.lastOffset ?? -1} ` +
          `coordinator epoch ${each.coordinatorEpoch}` +
          (open < 0 ? '' : ` transaction open since ${open}`)
        )
      })
    case 'leader-epochs':
      return dumped.epochs.map(({ epoch, startOffset }) => `  epoch ${epoch} from ${startOffset}`)
    case 'partition-metadata':
      return [`  topic id ${dumped.topicId}`]
    case 'checkpoint':
      return dumped.offsets.map(([partition, offset]) => `  ${partition} ${offset}`)
  }
}

function batchLines(batch: DumpedBatch): string[] {
  const marks = [
    batch.compression,
    batch.isTransactional ? 'transactional' : '',
    batch.isControl ? 'control' : '',
    batch.deleteHorizonMs === undefined ? '' : `delete horizon ${batch.deleteHorizonMs}`,
    batch.isValid ? '' : 'WRONG CHECKSUM',
  ].filter((mark) => mark !== '')
  const producer =
    batch.producerId < 0
      ? ''
      : ` producer ${batch.producerId} epoch ${batch.producerEpoch}` +
        ` sequences ${batch.baseSequence}-${batch.lastSequence}`
  const header =
    `  offsets ${batch.baseOffset}-${batch.lastOffset} records ${batch.recordCount}` +
    ` position ${batch.position} bytes ${batch.sizeInBytes}` +
    ` leader epoch ${batch.partitionLeaderEpoch}` +
    ` max timestamp ${batch.maxTimestamp}${producer} ${marks.join(' ')}`
  const records = (batch.records ?? []).map(
    ({ offset, timestamp, key, value, headers }) =>
      `    ${offset} ${timestamp} ${textOf(key)} = ${textOf(value)}` +
      headers.map((each) => ` [${each.key}: ${textOf(each.value)}]`).join(''),
  )
  return [header, ...records]
}

function textOf(bytes: Buffer | null): string | null {
  if (bytes === null) return null
  const text = bytes.toString('utf8')
  // Control characters and bytes that are not UTF-8 would only mislead.
  return /[^\P{Cc}\t\n\r]|\ufffd/u.test(text) ? `0x${bytes.toString('hex')}` : text
}
